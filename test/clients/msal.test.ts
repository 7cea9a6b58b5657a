import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { findMsalPython } from "../support/find-msal-python.js";
import { setUpForAll } from "../support/set-up.js";
import { runFlow } from "./run-flow.js";
import { startTlsSandbox } from "./tls-sandbox.js";

const sandbox = setUpForAll(startTlsSandbox);

/** The challenge of the Payroll API, which only the person can meet, and what came of it. */
const STEPPED_UP = {
  first: 401,
  claims: { access_token: { acrs: { essential: true, value: "c1" } } },
  silent: false,
  second: 200,
  payslips: 6,
  account: "ada@sandbox.example",
  visits: [["Pick an account", "Enter password"], ["Approve the sign-in"]],
};

describe("behind the TLS proxy of docs/sandbox.md, with the code that npm run sandbox prints", () => {
  it("MSAL for Python handles a claims challenge as its documentation says", async () => {
    const python = findMsalPython() ?? "python3";
    const command = [python, "test/clients/claims_challenge.py"];
    const APP = sandbox.codeFor("MSAL for Python");
    expect(await runFlow(command, sandbox, { APP })).toEqual(STEPPED_UP);
  });

  it("MSAL for Node handles a claims challenge", async () => {
    const path = join(sandbox.folder, "app.mjs");
    const code = sandbox.codeFor("MSAL for Node");
    await writeFile(path, `export function createApp(msal) { return ${code.trim()}; }\n`);
    const command = [process.execPath, "--import", "tsx", "test/clients/msal-node-flow.ts"];
    const APP = pathToFileURL(path).href;
    expect(await runFlow(command, sandbox, { APP })).toEqual(STEPPED_UP);
  });
});
