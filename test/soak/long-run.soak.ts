import { describe, expect, it } from "vitest";
import { createLogger } from "../../src/log.js";
import { startPayrollApi } from "../../src/payroll-api/start-payroll-api.js";
import { startSandbox } from "../../src/sandbox/start-sandbox.js";
import { startProgram } from "../support/child-program.js";
import { createMembers, letAct } from "../support/crowd.js";
import { freePort } from "../support/free-port.js";
import { type RedisServer, startRedis } from "../support/redis-server.js";
import { setUpForAll } from "../support/set-up.js";
import { originAt, settingsFor } from "../support/web-app.js";

/** How long people act; ten minutes unless a shorter run is asked for. */
const SECONDS = Number(process.env.SOAK_SECONDS ?? 600);

/** The part of it after which memory must not grow any more: two minutes of ten. */
const WARM_UP = 0.2;

/** What counts as noise. */
const MAX_HEAP_GROWTH = 8 * 1024 * 1024;
const MAX_RESIDENT_GROWTH = 48 * 1024 * 1024;

/** How often an endpoint begins to fail, in milliseconds. */
const FAULT_EVERY_MS = 5_000;

const FAULTS = [
  { endpoint: "payroll", mode: "error", times: 10 },
  { endpoint: "token", mode: "error", times: 4 },
  { endpoint: "graph", mode: "hang", times: 5, delayMs: 200 },
  { endpoint: "token", mode: "throttle", times: 3, retryAfterSeconds: 1 },
  { endpoint: "graph", mode: "html", times: 10 },
  { endpoint: "authorize", mode: "error", times: 2 },
];

/** The longest lifetime of an entry: that of a session. */
const LIFETIME_MS = 8 * 60 * 60 * 1000;

interface Memory {
  readonly heap: number;
  readonly rss: number;
}

const members = createMembers(200);

async function startSoaked() {
  const redis = await startRedis();
  const log = createLogger("silent");
  const [port, payrollPort] = [await freePort(), await freePort()];
  const url = originAt(port);
  const sandbox = await startSandbox({
    ...{ port: 0, log, otherPeople: members },
    redirectUris: [`${url}/redirect`],
    postLogoutRedirectUris: [`${url}/`],
  });
  const payroll = await startPayrollApi({
    ...{ port: payrollPort, log, before: sandbox.payrollFault },
    ...{ cloudInstance: sandbox.url, tenantId: sandbox.tenantId },
    audience: sandbox.payrollAudience,
  });
  const surroundings = {
    ...{ authority: sandbox, client: sandbox, graphUrl: sandbox.url },
    ...{ payrollUrl: payroll.url, payrollScopes: sandbox.payrollScopes },
  };
  const program = startProgram(["--expose-gc", "--import", "tsx", "test/soak/measured-app.ts"], {
    ...settingsFor(surroundings),
    ...{ PORT: String(port), BASE_URL: url, REDIS_URL: redis.url },
    ...{ LOG_LEVEL: "error", RATE_LIMIT_PER_MINUTE: "1000000" },
  });
  await program.printed(/"memory"/);
  return {
    ...{ redis, sandbox, program, url },
    close: async () => {
      program.process.kill("SIGKILL");
      await payroll.close();
      await sandbox.close();
      await redis.close();
    },
  };
}

describe("a web app that serves people for long", () => {
  const soaked = setUpForAll(startSoaked);

  it("grows no further, leaves no key behind and fails at nothing of its own", async () => {
    const { redis, sandbox, program, url } = soaked;
    const endsAt = performance.now() + SECONDS * 1_000;
    let faults = 0;
    const timer = setInterval(() => {
      void setFault(sandbox.url, FAULTS[faults % FAULTS.length] ?? {});
      faults += 1;
    }, FAULT_EVERY_MS);
    const crowd = { members, urls: [url], authorityUrl: sandbox.url, atOnce: 8 };
    const report = await letAct({
      ...crowd,
      toleratesFailures: true,
      goesOn: () => performance.now() < endsAt,
      finallySignOut: true,
    });
    clearInterval(timer);

    const samples = memoryOf(program.output());
    const steady = samples.slice(Math.ceil(samples.length * WARM_UP));
    const [early, late] = [steady.slice(0, steady.length / 3), steady.slice(-steady.length / 3)];
    const growth = {
      heap: median(late, "heap") - median(early, "heap"),
      rss: median(late, "rss") - median(early, "rss"),
    };
    const keys = (await redis.command("KEYS", "*")) as string[];
    const lifetimes = await Promise.all(keys.map((key) => redis.command("PTTL", key)));
    process.stdout.write(
      `${JSON.stringify({ seconds: SECONDS, ...figuresOf(report), faults, growth, heap: median(late, "heap"), rss: median(late, "rss"), keysLeft: kindsOf(keys) })}\n`,
    );

    expect(report.leaks).toEqual([]);
    expect(report.surprises.filter((each) => !/^50[23] /.test(each))).toEqual([]);
    expect(growth.heap).toBeLessThan(MAX_HEAP_GROWTH);
    expect(growth.rss).toBeLessThan(MAX_RESIDENT_GROWTH);
    // -2: it has expired since the keys were listed.
    for (const left of lifetimes.filter((each) => Number(each) !== -2)) {
      expect(Number(left)).toBeGreaterThan(0);
      expect(Number(left)).toBeLessThanOrEqual(LIFETIME_MS);
    }
    // What belonged to a session goes with it; a renewed id, which is of no use, ten seconds later. A
    // sign-in that failed because Redis was late on a busy machine may leave its tokens.
    const failures = program.output().match(/ERR_STORE_UNAVAILABLE/g)?.length ?? 0;
    await expect
      .poll(async () => (await ofSessions(redis)).length, { timeout: 15_000, interval: 500 })
      .toBeLessThanOrEqual(failures);
    // A rejection that nobody handles ends a process.
    expect(program.process.exitCode).toBeNull();
    expect(program.output()).not.toMatch(/ERR_INTERNAL|Unhandled|Warning/);
    program.process.kill("SIGTERM");
    expect(await program.ended()).toBe(0);
  });
});

function memoryOf(output: string): Memory[] {
  const lines = output.split("\n").filter((line) => line.startsWith('{"memory"'));
  return lines.map((line) => (JSON.parse(line) as { memory: Memory }).memory);
}

async function ofSessions({ command }: RedisServer): Promise<string[]> {
  const keys = (await command("KEYS", "*")) as string[];
  return keys.filter((key) => /^claims:(?:session|tokens|trace):/.test(key));
}

function median(samples: readonly Memory[], name: keyof Memory): number {
  const sorted = samples.map((each) => each[name]).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

function kindsOf(keys: readonly string[]): Record<string, number> {
  const kinds: Record<string, number> = {};
  for (const key of keys) {
    const kind = key.split(":")[1] ?? "";
    kinds[kind] = (kinds[kind] ?? 0) + 1;
  }
  return kinds;
}

function figuresOf(report: Awaited<ReturnType<typeof letAct>>) {
  const { requests, personalPages, leaks, surprises } = report;
  return { requests, personalPages, leaks: leaks.length, failedPages: surprises.length };
}

async function setFault(sandboxUrl: string, fault: object): Promise<void> {
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify(fault);
  await fetch(`${sandboxUrl}/control/faults`, { method: "POST", headers, body });
}
