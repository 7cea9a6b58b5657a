import { decodeJwt } from "jose";
import { afterAll, describe, expect, it } from "vitest";
import { walkSignIn } from "../drive-pages.js";
import {
  buildFlow,
  claimsFor,
  parametersOf,
  readTokenResponse,
  refresh,
  signIn,
  startTestSandbox,
  turn,
} from "../test-client.js";

const sandbox = await startTestSandbox();
afterAll(() => sandbox.close());

describe("a step-up", () => {
  it("is refused without interaction, then asks for the second factor only, and sets acrs", async () => {
    const { walk, refresh_token, accessClaims } = await signIn(sandbox);
    expect(accessClaims["acrs"]).toEqual(["c3"]);
    const silent = await refresh(sandbox, refresh_token, { claims: claimsFor("c1") });
    expect(silent.status).toBe(400);
    const refusal = await readTokenResponse(silent);
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
    const later = await readTokenResponse(
      await refresh(sandbox, steppedUp.refresh_token, { claims: claimsFor("c1") }),
    );
    expect(decodeJwt(later.access_token)).toMatchObject({ acrs: ["c1", "c3"], xms_cc: ["cp1"] });
  });

  it("is satisfied by the policy that the refusal named", async () => {
    const { walk, refresh_token } = await signIn(sandbox);
    const silent = await refresh(sandbox, refresh_token, { claims: claimsFor("c1") });
    const { claims } = await readTokenResponse(silent);
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

  it("lets Ben enrol on the way, once", async () => {
    const { walk, refresh_token } = await signIn(sandbox, { person: "Ben" });
    const silent = await refresh(sandbox, refresh_token, { claims: claimsFor("c1") });
    expect((await readTokenResponse(silent)).error_codes).toEqual([50079]);
    const first = await signIn(sandbox, { cookies: walk.cookies }, { claims: claimsFor("c1") });
    expect(first.walk.pagesSeen).toEqual(["Set up your second factor", "Approve the sign-in"]);
    const elsewhere = await signIn(sandbox, { person: "Ben" }, { claims: claimsFor("c1") });
    expect(elsewhere.walk.pagesSeen).not.toContain("Set up your second factor");
  });

  it("to c2 asks for nothing within five minutes, and for both proofs later", async () => {
    const claims = claimsFor("c2");
    const { walk, refresh_token, accessClaims } = await signIn(sandbox, {}, { claims });
    expect(accessClaims["acrs"]).toContain("c2");
    sandbox.advance(299_000);
    expect((await refresh(sandbox, refresh_token, { claims })).status).toBe(200);
    sandbox.advance(2_000);
    const silent = await readTokenResponse(await refresh(sandbox, refresh_token, { claims }));
    expect(silent).toMatchObject({ error: "interaction_required", error_codes: [50078] });
    const again = await signIn(sandbox, { cookies: walk.cookies }, { claims });
    expect(again.walk.pagesSeen).toEqual(["Enter password", "Approve the sign-in"]);
  });

  it("to c2 leaves it out of tokens that did not ask for it", async () => {
    const { refresh_token } = await signIn(sandbox, {}, { claims: claimsFor("c2") });
    const plain = await readTokenResponse(await refresh(sandbox, refresh_token));
    expect(decodeJwt(plain.access_token)["acrs"]).toEqual(["c1", "c3"]);
  });

  it("to a context without a policy is granted", async () => {
    const { accessClaims } = await signIn(sandbox, {}, { claims: claimsFor("c99") });
    expect(accessClaims["acrs"]).toContain("c99");
  });
});

describe("a refusal that signing in again does not change", () => {
  const cases = [
    ["Dan is not assigned to the app", ["Dan", {}, 50105]],
    ["Cleo's device is not managed", ["Cleo", { claims: claimsFor("c3") }, 53000]],
  ] as const;
  it.each(cases)(
    "is shown on a page that leads back to the app when %s",
    async (_when, [person, changes, aadsts]) => {
      const flow = buildFlow(sandbox, changes);
      const { location, pagesSeen } = await walkSignIn({ authorizeUrl: flow.url, person });
      expect(pagesSeen.at(-1)).toBe("Access denied");
      const parameters = parametersOf(location);
      expect(parameters.get("error")).toBe("access_denied");
      expect(parameters.get("error_subcode")).toBeNull();
      expect(parameters.get("error_uri")).toBe(`${sandbox.url}/error?code=${aadsts}`);
      expect(parameters.get("error_description")).toMatch(new RegExp(`^AADSTS${aadsts}: `));
    },
  );

  it("is sent by the token endpoint until Cleo's device is managed", async () => {
    const { refresh_token } = await signIn(sandbox, { person: "Cleo" });
    const claims = claimsFor("c3");
    const refusal = await readTokenResponse(await refresh(sandbox, refresh_token, { claims }));
    expect(refusal).toMatchObject({
      error: "interaction_required",
      error_codes: [53000],
      suberror: "additional_action",
    });
    await turn(sandbox, "people/cleo", { deviceCompliant: true });
    const granted = await readTokenResponse(await refresh(sandbox, refresh_token, { claims }));
    expect(decodeJwt(granted.access_token)["acrs"]).toEqual(["c3"]);
  });
});
