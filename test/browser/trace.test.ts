import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { challengeFor } from "../support/api-responses.js";
import { type ScriptedApi, startScriptedApi } from "../support/scripted-api.js";
import {
  approveOnPhone,
  enterPassword,
  pickAccount,
  press,
  seeHeading,
  seeText,
} from "./drive-browser.js";
import { openTrace } from "./open-trace.js";
import { useStage } from "./stage.js";

/** Returns the words of the strip under the page. */
async function stripOf(page: Page): Promise<string> {
  return page.locator(".strip summary").innerText();
}

/** Returns the arrows of the diagram: who to whom, in order, and their looks. */
async function arrowsOf(page: Page): Promise<string[]> {
  const steps = await page.locator(".steps > .step:not(.decision, .bracket, .press)").all();
  return Promise.all(
    steps.map(async (step) => ((await step.getAttribute("class")) ?? "").replace("step ", "")),
  );
}

const CALL = "from-web-app to-api request";
const DATA = "from-api to-web-app response";
const CHALLENGE = "from-api to-web-app response carries";
const RENEWAL = "from-web-app to-authority request carries";
const TOKENS = "from-authority to-web-app response";
const REFUSED = "from-authority to-web-app response carries refusal";
const LEAVES = "from-browser to-authority request carries";
const RETURNS = "from-browser to-web-app response";

describe("the strip and the trace page", () => {
  const stage = useStage({ settings: { TRACE: "on" } });

  it("show a silent renewal", async () => {
    const page = await stage.arrive({ signedInAs: "Ada", havingOpened: "/profile" });
    await stage.control("people/ada/revoke-sessions", { grant: "kept" });
    await page.goto("/profile");
    expect(await stripOf(page)).toMatch(
      /Challenged, renewed without asking you\. The API wanted a token issued after \d\d:\d\d:\d\d; yours was older\. 6 messages\./,
    );
    await openTrace(page);
    expect(await arrowsOf(page)).toEqual([CALL, CHALLENGE, RENEWAL, TOKENS, CALL, DATA]);
    expect(await page.locator(".press").last().innerText()).toMatch(/in the sandbox: Ada Okafor: /);
  });

  it("show a step-up, with the time of the person in a bracket", async () => {
    const page = await stage.arrive({ signedInAs: "Ada" });
    await page.goto("/payslips");
    await approveOnPhone(page);
    await seeHeading(page, "Your payslips");
    expect(await stripOf(page)).toMatch(
      /Challenged; you confirmed\. The API wanted acrs = c1; your token had c3\. Now it has\./,
    );
    await openTrace(page);
    expect((await arrowsOf(page)).slice(2)).toEqual([
      ...[CALL, CHALLENGE, RENEWAL, REFUSED, LEAVES, RETURNS, RENEWAL, TOKENS, CALL, DATA],
    ]);
    expect(await page.locator(".bracket").innerText()).toMatch(/^You, [\d.]+ m?s$/);
    await page.locator("#m9 summary").click();
    expect(await page.locator("#m9").innerText()).toContain("the same claims as in 7");
    expect(await page.locator("#m9").innerText()).toMatch(
      /removed, 43 characters, #[0-9a-f]{4}, the same as in 8/,
    );
  });

  it("show a refusal", async () => {
    const page = await stage.arrive({ signedInAs: "Cleo" });
    await page.goto("/tax-forms");
    await press(page, "Back to the app");
    await seeText(page, "ERR_DEVICE_NOT_MANAGED");
    expect(await stripOf(page)).toMatch(
      /Challenged; refused\. AADSTS53000: policy ‘Tax forms need a managed device’\./,
    );
    await openTrace(page);
    expect((await arrowsOf(page)).at(-1)).toBe("from-browser to-web-app response refusal");
  });

  it("show a sign-in that was refused, to somebody who is not signed in", async () => {
    const page = await stage.arrive();
    await page.goto("/signin");
    await pickAccount(page, "Dan");
    await enterPassword(page);
    await press(page, "Back to the app");
    await seeText(page, "ERR_NOT_ASSIGNED");
    expect(await stripOf(page)).toMatch(/Sign-in: refused\. AADSTS50105\./);
    await openTrace(page);
    expect(await arrowsOf(page)).toHaveLength(2);
  });

  it("show that a different account came back", async () => {
    const page = await stage.arrive({ signedInAs: "Ada" });
    await stage.control("people/ada/revoke-sessions", { grant: "gone" });
    await page.goto("/payslips");
    await press(page, "Use another account");
    await pickAccount(page, "Cleo");
    await enterPassword(page);
    await seeText(page, "ERR_OTHER_ACCOUNT");
    expect(await stripOf(page)).toContain("a different account came back.");
    await openTrace(page);
    expect(await page.locator(".decision").last().innerText()).toContain("a different account");
  });
});

describe("the strip of a loop", () => {
  let api: ScriptedApi;
  const stage = useStage({
    settings: { TRACE: "on" },
    startPayroll: async () => (api = await startScriptedApi()),
  });

  it("says that the API asked again for the same", async () => {
    const page = await stage.arrive({ signedInAs: "Ada" });
    api.answer = () => challengeFor({ access_token: { acrs: { essential: true, value: "c1" } } });
    await page.goto("/payslips");
    await approveOnPhone(page);
    await seeText(page, "ERR_STEP_UP_LOOP");
    expect(await stripOf(page)).toContain(
      "Challenged; stopped. The API asked again for acrs = c1.",
    );
    await openTrace(page);
    expect((await arrowsOf(page)).slice(-3)).toEqual([TOKENS, CALL, CHALLENGE]);
    expect(await page.locator(".decision").last().innerText()).toContain("the same demand again");
  });
});
