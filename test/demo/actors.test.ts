import { afterAll, describe, expect, it } from "vitest";
import { startSandboxActors } from "../../src/demo/actors.js";
import { readSandboxSetup } from "../../src/demo/settings.js";
import { createLogger } from "../../src/log.js";
import { freePort } from "../support/free-port.js";

const [web, payroll, sandbox] = [await freePort(), await freePort(), await freePort()];
const setup = readSandboxSetup({
  PORT: String(web),
  PAYROLL_API_PORT: String(payroll),
  SANDBOX_PORT: String(sandbox),
});
const actors = await startSandboxActors(setup, createLogger("silent"));
afterAll(() => actors.close());

describe("the sandbox and the Payroll API together", () => {
  it("put the fault that the control page sets in front of the Payroll API", async () => {
    await setFault("throttle");
    const failed = await fetch(`http://localhost:${payroll}/payslips`);
    expect([failed.status, failed.headers.get("retry-after")]).toEqual([429, "5"]);
    await setFault("none");
    expect((await fetch(`http://localhost:${payroll}/payslips`)).status).toBe(401);
  });
});

async function setFault(mode: string): Promise<void> {
  await fetch(`${actors.sandbox.url}/control/faults`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ endpoint: "payroll", mode }),
  });
}
