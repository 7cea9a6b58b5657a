import { createHash } from "node:crypto";
import { afterAll, describe, expect, it } from "vitest";
import { type Changes, obtainCode, readTokenResponse, redeem } from "../test-client.js";
import { startTestSandbox } from "../test-client.js";

const sandbox = await startTestSandbox();
afterAll(() => sandbox.close());

const VERIFIER = "verifier-of-43-characters-with-all-of-._~-0";
const S256 = createHash("sha256").update(VERIFIER).digest("base64url");

const NO_PKCE: Changes = { code_challenge: null, code_challenge_method: null };
const REQUESTS = {
  S256: { code_challenge: S256, code_challenge_method: "S256" },
  plain: { code_challenge: VERIFIER, code_challenge_method: "plain" },
  "no method, which is plain": { code_challenge: VERIFIER, code_challenge_method: null },
} as const;
const OF_EACH_METHOD = Object.entries(REQUESTS);

/** Signs in with these parameters of PKCE, and redeems the code with this verifier. */
async function redeemWith(changes: Changes, verifier: string | null) {
  const obtained = await obtainCode(sandbox, {}, changes);
  const response = await redeem(sandbox, obtained, { code_verifier: verifier });
  return { obtained, ...(await readTokenResponse(response)) };
}

describe("PKCE", () => {
  it("is optional for a confidential client", async () => {
    expect((await redeemWith(NO_PKCE, null)).access_token).toBeTruthy();
    const empty = { code_challenge: "", code_challenge_method: "" };
    expect((await redeemWith(empty, "")).access_token).toBeTruthy();
  });

  it.each(OF_EACH_METHOD)("is verified with %s", async (_method, changes) => {
    expect((await redeemWith(changes, VERIFIER)).access_token).toBeTruthy();
  });

  it.each(OF_EACH_METHOD)("needs the verifier with %s", async (_method, changes) => {
    for (const verifier of [null, ""]) {
      const body = await redeemWith(changes, verifier);
      expect(body).toMatchObject({ error: "invalid_grant", error_codes: [50148] });
      expect(body.access_token).toBeUndefined();
    }
  });

  it.each(OF_EACH_METHOD)("refuses another verifier with %s", async (_method, changes) => {
    for (const verifier of ["x".repeat(43), `${VERIFIER}0`, VERIFIER.toUpperCase(), "short"]) {
      const body = await redeemWith(changes, verifier);
      expect(body).toMatchObject({ error: "invalid_grant", error_codes: [501481] });
    }
  });

  it("refuses the challenge in place of the verifier with S256", async () => {
    expect(await redeemWith(REQUESTS.S256, S256)).toMatchObject({ error_codes: [501481] });
  });

  it("refuses a verifier when the code has no challenge, and leaves the code valid", async () => {
    const { obtained, ...body } = await redeemWith(NO_PKCE, VERIFIER);
    expect(body).toMatchObject({ error: "invalid_grant", error_codes: [501481] });
    expect((await redeem(sandbox, obtained, { code_verifier: null })).status).toBe(200);
  });
});
