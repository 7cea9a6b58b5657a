import { createRemoteJWKSet, jwtVerify } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { claimsFor, readAnswer, refresh, signIn, startTestSandbox } from "./test-client.js";
import type { TestSandbox } from "./test-client.js";

let sandbox: TestSandbox;
beforeAll(async () => {
  sandbox = await startTestSandbox();
});
afterAll(() => sandbox.close());

describe("signing in on the pages", () => {
  it("gives tokens that the published keys verify", async () => {
    const signedIn = await signIn(sandbox);
    const keys = createRemoteJWKSet(
      new URL(`${sandbox.url}/${sandbox.tenantId}/discovery/v2.0/keys`),
    );
    const { payload } = await jwtVerify(signedIn.id_token, keys, {
      issuer: `${sandbox.url}/${sandbox.tenantId}/v2.0`,
      audience: sandbox.clientId,
      algorithms: ["RS256"],
    });
    expect(payload).toMatchObject({ nonce: "nonce-1", preferred_username: "ada@sandbox.example" });
    expect(signedIn.walk.pagesSeen).toEqual(["Pick an account", "Enter password"]);
    expect(new URL(signedIn.walk.location).searchParams.get("state")).toBe("state-1");
  });

  it("asks only for the second factor when c1 is demanded of somebody who is signed in", async () => {
    const { walk, refresh_token, accessClaims } = await signIn(sandbox);
    expect(accessClaims["acrs"]).toEqual(["c3"]);
    const silent = await refresh(sandbox, refresh_token, { claims: claimsFor("c1") });
    expect(await readAnswer(silent)).toMatchObject({
      error: "interaction_required",
      error_codes: [50076],
      suberror: "basic_action",
    });
    const steppedUp = await signIn(sandbox, { cookies: walk.cookies }, { claims: claimsFor("c1") });
    expect(steppedUp.walk.pagesSeen).toEqual(["Approve the sign-in"]);
    expect(steppedUp.accessClaims["acrs"]).toEqual(["c1", "c3"]);
    expect(steppedUp.accessClaims["xms_cc"]).toEqual(["cp1"]);
  });
});
