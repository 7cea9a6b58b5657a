import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { readConfig } from "../../src/config/config.js";
import { COMPLETE } from "../config/complete-settings.js";
import { allMatches, read } from "../support/documents.js";
import { startRedis } from "../support/redis-server.js";

interface Service {
  readonly build?: string;
  readonly image?: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly stop_grace_period?: string;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test: readonly string[] };
}

const compose = parse(read("compose.yaml"), { merge: true }) as {
  readonly services: Readonly<Record<string, Service>>;
};
const { services } = compose;
const apps = Object.entries(services).filter(([, { build }]) => build !== undefined);

function serviceOf(name: string): Service {
  const service = services[name];
  if (service === undefined) throw new Error(`compose.yaml has no service ${name}`);
  return service;
}

describe("compose.yaml", () => {
  it("has an instance for each server of deploy/nginx.conf", () => {
    const servers = allMatches(read("deploy/nginx.conf"), /^ *server ([\w-]+:\d+) /gm);
    const instances = apps.map(([name, { environment }]) => `${name}:${environment?.PORT ?? ""}`);
    expect(instances).toHaveLength(2);
    expect(instances.sort()).toEqual(servers.sort());
    expect(read("Dockerfile")).toContain("EXPOSE 3000");
  });

  it("gives each instance settings that fit", () => {
    for (const [, { environment }] of apps) {
      const config = readConfig({ ...COMPLETE, BASE_URL: "https://app.example", ...environment });
      expect(config.redisUrls).toEqual(["redis://redis:6379"]);
      expect(config.trustProxy).toBe(1);
      expect(services).toHaveProperty("redis");
    }
  });

  it("ends no instance before it has drained", () => {
    for (const [, { environment, stop_grace_period: grace }] of apps) {
      const delay = Number(environment?.SHUTDOWN_DELAY_SECONDS);
      expect(Number.parseInt(grace ?? "", 10)).toBeGreaterThan(delay + 10);
    }
  });

  it("mounts files that exist, and the certificate where nginx reads it", () => {
    const volumes = serviceOf("nginx").volumes ?? [];
    expect(volumes).toContain("./deploy/nginx.conf:/etc/nginx/nginx.conf:ro");
    expect(readFileSync("deploy/nginx.conf", "utf8")).toContain("/etc/nginx/tls/certificate.pem");
    expect(volumes).toContain("./deploy/tls:/etc/nginx/tls:ro");
    expect(read(".gitignore")).toContain("deploy/tls/");
  });

  it("waits for services that say that they are healthy", () => {
    for (const [, { depends_on: needed = {} }] of Object.entries(services)) {
      for (const [name, { condition }] of Object.entries(needed)) {
        expect(condition).toBe("service_healthy");
        const { build, healthcheck } = serviceOf(name);
        expect(build !== undefined || healthcheck !== undefined).toBe(true);
      }
    }
    expect(read("Dockerfile")).toMatch(/^HEALTHCHECK /m);
  });

  it("starts Redis with settings that it accepts, which evict nothing", async () => {
    const { command = [], healthcheck } = serviceOf("redis");
    const [program, ...args] = command;
    expect(program).toBe("redis-server");
    const redis = await startRedis(args);
    expect(String(await redis.command("INFO", "memory"))).toContain("maxmemory_policy:noeviction");
    const [kind, file, ...words] = healthcheck?.test ?? [];
    expect([kind, file]).toEqual(["CMD", "redis-cli"]);
    expect(await redis.command(...words)).toBe("PONG");
    await redis.close();
  });
});
