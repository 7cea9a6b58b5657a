import { describe, expect, it } from "vitest";
import { challengeFor } from "../support/api-responses.js";
import { createGate } from "../support/gate.js";
import { IBAN, IBAN_SHOWN } from "../support/ibans.js";
import { type ScriptedApi, startScriptedApi } from "../support/scripted-api.js";
import { approveOnPhone, followLink, press, seeHeading, seeText } from "./drive-browser.js";
import { PATIENCE_MS, useStage } from "./stage.js";

describe("an API that fails, or challenges every request", () => {
  let api: ScriptedApi;
  const stage = useStage({ startPayroll: async () => (api = await startScriptedApi()) });

  it.each([
    { manner: "for ever", contextAt: () => "c1", rounds: 1 },
    { manner: "with new claims each time", contextAt: (call: number) => `c1${call}`, rounds: 2 },
  ])("is left after $rounds rounds when it challenges $manner", async ({ contextAt, rounds }) => {
    const page = await stage.arrive({ signedInAs: "Ada" });
    api.seen.length = 0;
    api.answer = () => {
      const acrs = { essential: true, values: ["c1", contextAt(api.seen.length)] };
      return challengeFor({ access_token: { acrs } });
    };
    stage.forgetReceived();
    await page.goto("/payslips");
    await approveOnPhone(page);
    await seeHeading(page, "The Payroll API keeps asking");
    await seeText(page, "ERR_STEP_UP_LOOP");
    expect(stage.receivedAt("/authorize")).toHaveLength(rounds);
    await page.getByRole("banner").getByText("ada@sandbox.example").waitFor();
  });

  it("loses nothing that was typed when the API fails, and shows its response in the end", async () => {
    const page = await stage.arrive({ signedInAs: "Ada" });
    api.seen.length = 0;
    api.answer = () => ({ status: 503, headers: { "Retry-After": "7" } });
    await page.goto("/bank-account");
    await page.getByLabel("IBAN").fill(IBAN_SHOWN);
    await press(page, "Change bank account");
    await seeText(page, "ERR_UNAVAILABLE");
    const changedAt = "2026-11-23T09:30:00.000Z";
    api.answer = () => ({ status: 200, body: { iban: IBAN, changedAt } });
    await followLink(page, "Continue with your change");
    await seeHeading(page, "Confirm your new bank account");
    await press(page, "Confirm change");
    await seeHeading(page, "Bank account changed");
    await seeText(page, IBAN_SHOWN);
    // An API that took the first try after all knows the second one by its key.
    const keys = api.seen.map(({ headers }) => headers["idempotency-key"]);
    expect(new Set(keys).size).toBe(1);
    expect(keys).toHaveLength(2);
  });

  it("is sent a form once when its button is pressed twice while it takes its time", async () => {
    const page = await stage.arrive({ signedInAs: "Ada" });
    const gate = createGate();
    api.seen.length = 0;
    api.answer = async () => {
      await gate.opened;
      const body = { iban: IBAN, changedAt: "2026-11-23T09:30:00.000Z" };
      return { status: 200, body };
    };
    await page.goto("/bank-account");
    await page.getByLabel("IBAN").fill(IBAN_SHOWN);
    // By the mouse: a locator would wait for the page that the first press leads to.
    await page.getByRole("button", { name: "Change bank account" }).hover();
    await page.mouse.down();
    await page.mouse.up();
    await expect.poll(() => api.seen.length, { timeout: PATIENCE_MS }).toBe(1);
    await page.mouse.down();
    await page.mouse.up();
    gate.open();
    await seeHeading(page, "Bank account changed");
    expect(api.seen).toHaveLength(1);
  });
});
