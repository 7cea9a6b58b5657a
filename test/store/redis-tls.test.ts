import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { type ChildProgram, startProgram } from "../support/child-program.js";
import { freePort } from "../support/free-port.js";
import { startRedis } from "../support/redis-server.js";
import { makeSelfSigned } from "../support/self-signed.js";
import { setUpForAll } from "../support/set-up.js";
import { settingsFor } from "../support/web-app.js";

async function startTlsRedis() {
  const folder = await mkdtemp(join(tmpdir(), "redis-tls-"));
  const [certFile, keyFile] = [join(folder, "cert.pem"), join(folder, "key.pem")];
  const { cert, key } = makeSelfSigned();
  await writeFile(certFile, cert);
  await writeFile(keyFile, key);
  const port = String(await freePort());
  const redis = await startRedis([
    ...["--tls-port", port, "--tls-auth-clients", "no"],
    ...["--tls-cert-file", certFile, "--tls-key-file", keyFile, "--tls-ca-cert-file", certFile],
  ]);
  return {
    certFile,
    url: `rediss://localhost:${port}`,
    close: async () => {
      await redis.close();
      await rm(folder, { recursive: true });
    },
  };
}

describe("a Redis with TLS", () => {
  const redis = setUpForAll(startTlsRedis);
  const programs: ChildProgram[] = [];

  afterEach(async () => {
    for (const program of programs.splice(0)) {
      program.process.kill("SIGKILL");
      await program.ended();
    }
  });

  /** Starts the production web app and returns the address of its readiness. */
  async function startApp(env: Readonly<Record<string, string>>) {
    const port = await freePort();
    const nobody = `http://127.0.0.1:${await freePort()}`;
    const program = startProgram(["--import", "tsx", "src/main.ts"], {
      ...settingsFor({
        authority: { url: nobody, tenantId: "contoso.example" },
        ...{ graphUrl: nobody, payrollUrl: nobody, payrollScopes: ["scope"] },
      }),
      PORT: String(port),
      REDIS_URL: redis.url,
      ...env,
    });
    programs.push(program);
    await program.printed(/"listening"/);
    return { program, readiness: `http://localhost:${port}/readyz` };
  }

  it("is used when its certificate verifies", async () => {
    const { readiness } = await startApp({ NODE_EXTRA_CA_CERTS: redis.certFile });
    await expect.poll(async () => (await fetch(readiness)).status).toBe(200);
  });

  it("is unavailable when its certificate does not verify, and the log says why", async () => {
    const { program, readiness } = await startApp({});
    expect((await fetch(readiness)).status).toBe(503);
    await program.printed(/"code":"DEPTH_ZERO_SELF_SIGNED_CERT".*"Redis is unavailable"/);
  });
});
