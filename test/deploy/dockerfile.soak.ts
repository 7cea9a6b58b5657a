import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { startCommand } from "../support/child-program.js";
import { HttpBrowser } from "../support/http-browser.js";
import { setUpForAll } from "../support/set-up.js";
import { startTlsTenant } from "../support/tls-tenant.js";
import { baseEnv, buildImage, readDockerfile } from "./dockerfile.js";

describe("the steps of the Dockerfile", () => {
  const tenant = setUpForAll(startTlsTenant);
  const built = setUpForAll(async () => {
    const target = await mkdtemp(join(tmpdir(), "image-"));
    const image = await buildImage(await readDockerfile(), target);
    return { image, close: () => rm(target, { recursive: true }) };
  });

  it("leave what a production app needs, and nothing else", async () => {
    const { folder, user } = built.image;
    const needed = ["dist", "node_modules", "package.json", "public", "views"];
    expect((await readdir(folder)).sort()).toEqual(needed);
    expect(await readdir(join(folder, "views"))).not.toContain("sandbox");
    expect(await readdir(join(folder, "dist"))).not.toContain("sandbox");
    const packages = await readdir(join(folder, "node_modules"));
    for (const name of ["tsx", "esbuild", "typescript", "vitest"]) {
      expect(packages).not.toContain(name);
    }
    expect(user).toBe("node");
  });

  it("make an app that starts, is healthy, signs in and ends with 0", async () => {
    const { folder, env, command, healthCheck } = built.image;
    const described = await tenant.describeWebApp();
    const settings = { ...env, ...described.env };
    const program = startCommand(command, settings, folder);
    await program.printed(/listening/);

    async function health(): Promise<number> {
      const [file = "", ...args] = healthCheck;
      const options = { cwd: folder, env: { ...baseEnv(), ...settings } };
      return promisify(execFile)(file, args, options).then(
        () => 0,
        (error: unknown) => (error as { readonly code: number }).code,
      );
    }

    expect(await health()).toBe(0);
    const browser = new HttpBrowser(described.url);
    const { location = "" } = await browser.get("/signin");
    expect((await browser.get(await tenant.redirectOf(location))).status).toBe(303);
    const page = await browser.get("/profile");
    expect([page.status, page.body.includes("Ada Okafor")]).toEqual([200, true]);
    expect((await browser.get("/assets/app.css")).status).toBe(200);
    program.process.kill("SIGTERM");
    expect(await program.ended()).toBe(0);
    expect(await health()).toBe(1);
  });
});
