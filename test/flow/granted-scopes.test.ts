import { afterEach, describe, expect, it } from "vitest";
import { forgetReceived, PAYROLL_SCOPES, useScriptedActors } from "./scripted-actors.js";
import { demandStepUp, signInSomebody, signInWithToken } from "./visits.js";

const actors = useScriptedActors();
const [READ = "", WRITE = ""] = PAYROLL_SCOPES;

afterEach(() => {
  actors.authority.misissue.tokenResponse = {};
});

const GRANTED = [
  ["in another order", `${WRITE} ${READ}`],
  ["with one more", `${READ} ${WRITE} api://payroll/Payroll.Admin`],
  ["with those of the sign-in", `openid profile email ${READ} ${WRITE}`],
  ["in another case", `${READ} ${WRITE}`.toUpperCase()],
  ["with one less", READ],
  ["not at all", undefined],
] as const;

describe.each(GRANTED)("scopes that come back %s", (_how, scope) => {
  it("keep the token of a step-up at hand", async () => {
    const browser = await signInWithToken(actors);
    actors.authority.misissue.tokenResponse = { scope };
    demandStepUp(actors);
    expect((await browser.open("/payslips")).status).toBe(200);
    const steppedUp = actors.payroll.seen.at(-1)?.headers.authorization;
    forgetReceived(actors);
    for (let calls = 0; calls < 3; calls += 1) {
      expect((await browser.getJson("/payslips")).status).toBe(200);
    }
    expect(actors.authority.seen).toEqual([]);
    for (const { headers } of actors.payroll.seen) expect(headers.authorization).toBe(steppedUp);
  });

  it("are asked for once and not with each page", async () => {
    actors.authority.misissue.tokenResponse = { scope };
    const browser = await signInSomebody(actors);
    for (let calls = 0; calls < 3; calls += 1) {
      expect((await browser.getJson("/payslips")).status).toBe(200);
    }
    expect(actors.authority.requestsTo("/token")).toHaveLength(1);
  });
});
