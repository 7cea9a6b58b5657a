import { afterAll, describe, expect, it } from "vitest";
import { browse } from "../drive-pages.js";
import {
  buildFlow,
  claimsFor,
  parametersOf,
  signIn,
  startTestSandbox,
  turn,
} from "../test-client.js";

const sandbox = await startTestSandbox();
afterAll(() => sandbox.close());

describe("prompt=none", () => {
  async function askSilently(
    changes: Readonly<Record<string, string>>,
    cookies = new Map<string, string>(),
  ): Promise<string | null> {
    const { url } = buildFlow(sandbox, { prompt: "none", ...changes });
    const response = await browse({ url }, cookies);
    return parametersOf(response.headers.get("location") ?? "").get("error");
  }

  it("is login_required when nobody is signed in", async () => {
    expect(await askSilently({})).toBe("login_required");
  });

  it("is interaction_required when the second factor is missing", async () => {
    const { walk } = await signIn(sandbox);
    expect(await askSilently({ claims: claimsFor("c1") }, walk.cookies)).toBe(
      "interaction_required",
    );
  });

  it("is consent_required when consent was withdrawn", async () => {
    const { walk } = await signIn(sandbox);
    await turn(sandbox, "people/ada", { consented: false });
    expect(await askSilently({}, walk.cookies)).toBe("consent_required");
  });

  it("is a code when nothing is missing", async () => {
    const { walk } = await signIn(sandbox);
    expect(await askSilently({}, walk.cookies)).toBeNull();
  });
});
