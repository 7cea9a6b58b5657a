import { describe, expect, it } from "vitest";
import { useActors } from "../support/actors.js";
import type { Actors } from "../support/actors.js";

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const HEXADECIMAL = "0123456789abcdef0123456789abcdef";

/** Sends a request with this id, and returns the id of the response. */
async function idOf({ url }: Actors, sent?: string, path = "/"): Promise<string> {
  const headers = sent === undefined ? {} : { "X-Request-Id": sent };
  const response = await fetch(`${url}${path}`, { headers, redirect: "manual" });
  return response.headers.get("x-request-id") ?? "";
}

describe("the id of a request", () => {
  const actors = useActors({ settings: { TRUST_PROXY: "0" } });

  it.each(["/", "/nowhere", "/signin", "/redirect?state=x&code=y"])(
    "is in the response and in every line of the log: %s",
    async (path) => {
      actors.logLines.length = 0;
      const id = await idOf(actors, undefined, path);
      expect(id).toMatch(UUID);
      // The line of the request is written when the response has been sent.
      await expect.poll(() => actors.logLines.join("\n")).toContain('"msg":"request"');
      const ids = actors.logLines.map(
        (line) => (JSON.parse(line) as { requestId?: string }).requestId,
      );
      expect(ids).toEqual(ids.map(() => id));
    },
  );

  it("is another one for each request", async () => {
    const ids = await Promise.all(Array.from({ length: 20 }, () => idOf(actors)));
    expect(new Set(ids).size).toBe(20);
  });

  it("is not the client's when no proxy is trusted", async () => {
    expect(await idOf(actors, HEXADECIMAL)).toMatch(UUID);
  });
});

describe("the id of a request behind a proxy", () => {
  const actors = useActors({ settings: { TRUST_PROXY: "1" } });

  it.each([HEXADECIMAL, "6a5d1c1e-3f50-4b37-8d2e-0b2f4d1c9a77", "01JD8Z7N9X4Q"])(
    "is the proxy's: %s",
    async (id) => {
      expect(await idOf(actors, id)).toBe(id);
      await expect.poll(() => actors.logLines.join("\n")).toContain(`"requestId":"${id}"`);
    },
  );

  it.each([
    "",
    "short",
    "a".repeat(65),
    'quo"ted-text',
    "with a space",
    "<b>12345678</b>",
    "tést-1234",
  ])("is a new one when the proxy's is not well formed: %j", async (id) => {
    expect(await idOf(actors, id)).toMatch(UUID);
  });
});
