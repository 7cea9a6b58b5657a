import { z } from "zod";
import { type CookieJar, walkSignIn } from "../sandbox/drive-pages.js";
import { startCommand } from "../support/child-program.js";
import type { TlsSandbox } from "./tls-sandbox.js";

/** What a program of a flow prints at its end. */
const resultSchema = z.object({
  first: z.number(),
  claims: z.unknown(),
  silent: z.boolean(),
  second: z.number(),
  payslips: z.number(),
  account: z.string(),
});

const lineSchema = z.union([z.object({ open: z.url() }), z.object({ result: resultSchema })]);

/** The result of a flow, and the pages that the person saw on each visit of the sandbox. */
export type FlowResult = z.infer<typeof resultSchema> & {
  readonly visits: readonly (readonly string[])[];
};

/**
 * Runs a program that prints the addresses for a browser, one per line, as JSON; opens each in one
 * browser, and leads that back to the program.
 */
export async function runFlow(
  command: readonly string[],
  sandbox: TlsSandbox,
  env: Readonly<Record<string, string>>,
): Promise<FlowResult> {
  const program = startCommand(command, {
    ...env,
    PAYROLL_API_URL: sandbox.payrollUrl,
    NODE_EXTRA_CA_CERTS: sandbox.certificatePath,
    REQUESTS_CA_BUNDLE: sandbox.certificatePath,
  });
  const cookies: CookieJar = new Map();
  const visits: (readonly string[])[] = [];
  try {
    for (let lines = 1; ; lines += 1) {
      await program.printed(new RegExp(`^(?:[^\\n]*\\n){${lines}}`));
      const line = lineSchema.parse(JSON.parse(program.output().split("\n")[lines - 1] ?? ""));
      if ("result" in line) return { ...line.result, visits };
      const walk = { authorizeUrl: line.open, cookies, fetch: sandbox.fetch };
      const { location, pagesSeen } = await walkSignIn(walk);
      visits.push(pagesSeen);
      await fetch(location);
    }
  } finally {
    program.process.kill("SIGKILL");
  }
}
