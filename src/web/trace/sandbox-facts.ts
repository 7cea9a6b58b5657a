import { z } from "zod";
import type { OutboundFetch } from "../../outbound-fetch.js";
import type { PolicyNames } from "../../trace/story/outcome.js";

/** The longest that the sandbox may take, in milliseconds. */
const TIMEOUT_MS = 2_000;

const changeSchema = z.object({ at: z.number(), section: z.string(), text: z.string() });
const factsSchema = z.object({
  policies: z.array(z.object({ id: z.string(), name: z.string() })).default([]),
  changes: z.array(changeSchema).default([]),
});

/** A switch that was pressed on the sandbox's control page; its section is a person or `everybody`. */
export type Change = z.infer<typeof changeSchema>;

/** What the web app asks the sandbox, over HTTP as any other client; nothing when there is none. */
export interface SandboxFacts {
  /** Returns the names of its policies, which do not change. */
  readonly policies: () => Promise<PolicyNames>;
  /** Returns the last switches that were pressed, the oldest first. */
  readonly changes: () => Promise<readonly Change[]>;
  /** Presses a switch of a person; returns whether that worked. */
  readonly press: (path: string, body: object) => Promise<boolean>;
}

/** Creates the functions that ask the sandbox. A sandbox that does not answer has no facts. */
export function createSandboxFacts(
  sandboxUrl: string | undefined,
  fetch: OutboundFetch,
): SandboxFacts {
  let known: PolicyNames | undefined;

  async function ask(): Promise<z.infer<typeof factsSchema>> {
    const response = await send(`${sandboxUrl ?? ""}/control/state`);
    const read = factsSchema.safeParse(response?.ok === true ? await response.json() : {});
    return read.success ? read.data : { policies: [], changes: [] };
  }

  async function send(url: string, body?: object) {
    if (sandboxUrl === undefined) return undefined;
    const headers = { Accept: "application/json", "Content-Type": "application/json" };
    const sent =
      body === undefined ? {} : ({ method: "POST", body: JSON.stringify(body) } as const);
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    return fetch(url, { headers, signal, ...sent }).catch(() => undefined);
  }

  return {
    policies: async () => {
      if (known !== undefined) return known;
      const { policies } = await ask();
      const names = new Map(policies.map(({ id, name }) => [id, name]));
      if (names.size > 0) known = names;
      return names;
    },
    changes: async () => (await ask()).changes,
    press: async (path, body) =>
      (await send(`${sandboxUrl ?? ""}/control/${path}`, body))?.ok === true,
  };
}
