import type { WantedPort } from "../server/free-ports.js";
import type { SandboxSetup } from "./settings.js";

/** Returns the ports that the sandbox and the Payroll API listen on. */
export function actorPorts({ payroll, sandbox }: SandboxSetup): WantedPort[] {
  return [
    { setting: "PAYROLL_API_PORT", port: payroll.port, host: "localhost" },
    { setting: "SANDBOX_PORT", port: sandbox.port, host: "127.0.0.1" },
  ];
}

/** Returns the ports of all three. */
export function allPorts(setup: SandboxSetup): WantedPort[] {
  return [{ setting: "PORT", port: setup.web.port, host: "localhost" }, ...actorPorts(setup)];
}
