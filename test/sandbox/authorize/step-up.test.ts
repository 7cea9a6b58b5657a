import { decodeJwt } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { claimsFor, readAnswer, refresh, signIn, startTestSandbox } from "../test-client.js";
import type { TestSandbox } from "../test-client.js";

let sandbox: TestSandbox;
beforeAll(async () => {
  sandbox = await startTestSandbox();
});
afterAll(() => sandbox.close());

describe("a step-up", () => {
  it("is refused silently, then asks only for the second factor, and is in acrs", async () => {
    const { walk, refresh_token, accessClaims } = await signIn(sandbox);
    expect(accessClaims["acrs"]).toEqual(["c3"]);
    const silent = await refresh(sandbox, refresh_token, { claims: claimsFor("c1") });
    expect(silent.status).toBe(400);
    const refusal = await readAnswer(silent);
    expect(refusal).toMatchObject({
      error: "interaction_required",
      error_codes: [50076],
      suberror: "basic_action",
    });
    expect(JSON.parse(refusal.claims ?? "")).toMatchObject({
      access_token: { capolids: { essential: true } },
    });
    const steppedUp = await signIn(sandbox, { cookies: walk.cookies }, { claims: claimsFor("c1") });
    expect(steppedUp.walk.pagesSeen).toEqual(["Approve the sign-in"]);
    expect(steppedUp.accessClaims["acrs"]).toEqual(["c1", "c3"]);
    const later = await readAnswer(
      await refresh(sandbox, steppedUp.refresh_token, { claims: claimsFor("c1") }),
    );
    expect(decodeJwt(later.access_token)).toMatchObject({ acrs: ["c1", "c3"], xms_cc: ["cp1"] });
  });

  it("is satisfied by the policy that the refusal named", async () => {
    const { walk, refresh_token } = await signIn(sandbox);
    const silent = await refresh(sandbox, refresh_token, { claims: claimsFor("c1") });
    const { claims } = await readAnswer(silent);
    const steppedUp = await signIn(sandbox, { cookies: walk.cookies }, { claims: claims ?? "" });
    expect(steppedUp.walk.pagesSeen).toEqual(["Approve the sign-in"]);
    expect(steppedUp.accessClaims["acrs"]).toContain("c1");
  });

  it("is asked for by acr_values as well", async () => {
    const { walk } = await signIn(sandbox, {}, { acr_values: "c1 other" });
    expect(walk.pagesSeen).toContain("Approve the sign-in");
  });

  it("asks again after a wrong number", async () => {
    const { walk } = await signIn(
      sandbox,
      { secondFactor: "deny-once" },
      { claims: claimsFor("c1") },
    );
    expect(walk.pagesSeen.filter((heading) => heading === "Approve the sign-in")).toHaveLength(2);
  });

  it("has Ben enrol on the way, once", async () => {
    const { walk, refresh_token } = await signIn(sandbox, { person: "Ben" });
    const silent = await refresh(sandbox, refresh_token, { claims: claimsFor("c1") });
    expect((await readAnswer(silent)).error_codes).toEqual([50079]);
    const first = await signIn(sandbox, { cookies: walk.cookies }, { claims: claimsFor("c1") });
    expect(first.walk.pagesSeen).toEqual(["Set up your second factor", "Approve the sign-in"]);
    const elsewhere = await signIn(sandbox, { person: "Ben" }, { claims: claimsFor("c1") });
    expect(elsewhere.walk.pagesSeen).not.toContain("Set up your second factor");
  });

  it("to c2 asks for nothing within five minutes, and for both proofs after", async () => {
    const claims = claimsFor("c2");
    const { walk, refresh_token, accessClaims } = await signIn(sandbox, {}, { claims });
    expect(accessClaims["acrs"]).toContain("c2");
    sandbox.advance(299_000);
    expect((await refresh(sandbox, refresh_token, { claims })).status).toBe(200);
    sandbox.advance(2_000);
    const silent = await readAnswer(await refresh(sandbox, refresh_token, { claims }));
    expect(silent).toMatchObject({ error: "interaction_required", error_codes: [50078] });
    const again = await signIn(sandbox, { cookies: walk.cookies }, { claims });
    expect(again.walk.pagesSeen).toEqual(["Enter password", "Approve the sign-in"]);
  });

  it("to c2 leaves it out of tokens that did not ask for it", async () => {
    const { refresh_token } = await signIn(sandbox, {}, { claims: claimsFor("c2") });
    const plain = await readAnswer(await refresh(sandbox, refresh_token));
    expect(decodeJwt(plain.access_token)["acrs"]).toEqual(["c1", "c3"]);
  });

  it("to a context without a policy is granted", async () => {
    const { accessClaims } = await signIn(sandbox, {}, { claims: claimsFor("c99") });
    expect(accessClaims["acrs"]).toContain("c99");
  });
});
