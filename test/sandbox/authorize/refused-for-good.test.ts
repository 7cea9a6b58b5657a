import { decodeJwt } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { walkSignIn } from "../drive-pages.js";
import {
  buildFlow,
  claimsFor,
  readAnswer,
  refresh,
  signIn,
  startTestSandbox,
  turn,
} from "../test-client.js";
import type { TestSandbox } from "../test-client.js";

let sandbox: TestSandbox;
beforeAll(async () => {
  sandbox = await startTestSandbox();
});
afterAll(() => sandbox.close());

function answerOf(location: string): URLSearchParams {
  return new URL(location).searchParams;
}

describe("a refusal that no sign-in mends", () => {
  const cases = [
    ["Dan is not assigned to the app", ["Dan", {}, 50105]],
    ["Cleo's device is not managed", ["Cleo", { claims: claimsFor("c3") }, 53000]],
  ] as const;
  it.each(cases)("is shown with a way back when %s", async (_when, [person, changes, aadsts]) => {
    const flow = buildFlow(sandbox, changes);
    const { location, pagesSeen } = await walkSignIn({ authorizeUrl: flow.url, person });
    expect(pagesSeen.at(-1)).toBe("Access denied");
    const answer = answerOf(location);
    expect(answer.get("error")).toBe("access_denied");
    expect(answer.get("error_subcode")).toBeNull();
    expect(answer.get("error_uri")).toBe(`${sandbox.url}/error?code=${aadsts}`);
    expect(answer.get("error_description")).toMatch(new RegExp(`^AADSTS${aadsts}: `));
  });

  it("comes from the token endpoint when Cleo's device is not managed, until it is", async () => {
    const { refresh_token } = await signIn(sandbox, { person: "Cleo" });
    const claims = claimsFor("c3");
    const refusal = await readAnswer(await refresh(sandbox, refresh_token, { claims }));
    expect(refusal).toMatchObject({
      error: "interaction_required",
      error_codes: [53000],
      suberror: "additional_action",
    });
    await turn(sandbox, "people/cleo", { deviceCompliant: true });
    const granted = await readAnswer(await refresh(sandbox, refresh_token, { claims }));
    expect(decodeJwt(granted.access_token)["acrs"]).toEqual(["c3"]);
  });
});
