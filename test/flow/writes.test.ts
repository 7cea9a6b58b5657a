import { describe, expect, it } from "vitest";
import { findButton, readPage } from "../sandbox/html-page.js";
import { IBAN, IBAN_SHOWN } from "../support/ibans.js";
import { useBank } from "./bank.js";
import { MINUTE_MS } from "./limits.js";

const { actors, ada, bank, expectDoneOnce, expectKept } = useBank();

describe("a bank account that is changed with a step-up", () => {
  it("is changed when the person confirms, once", async () => {
    const page = await bank.submitAndStepUp(IBAN);
    expect(page.body).toContain(IBAN_SHOWN);
    expect(actors.executed).toEqual([]);
    await expectDoneOnce(await bank.confirm(page));
    expect(new Set(actors.keysReceived).size).toBe(1);
  });

  it("is changed once when the confirmation is pressed twice at once", async () => {
    const page = await bank.submitAndStepUp(IBAN);
    const answered = await Promise.all([
      bank.confirm(page),
      bank.confirm(page),
      bank.confirm(page),
    ]);
    for (const each of answered) await expectDoneOnce(each);
    expect(new Set(actors.keysReceived).size).toBe(1);
  });

  it("is changed once when two tabs confirm it one after the other", async () => {
    const page = await bank.submitAndStepUp(IBAN);
    const otherTab = await bank.goOn();
    await expectDoneOnce(await bank.confirm(page));
    const sent = actors.keysReceived.length;
    await expectDoneOnce(await bank.confirm(otherTab));
    expect(actors.keysReceived).toHaveLength(sent);
  });

  it("is changed once when the person goes back and confirms again, or reloads", async () => {
    const page = await bank.submitAndStepUp(IBAN);
    const answered = await bank.confirm(page);
    const sent = actors.keysReceived.length;
    await expectDoneOnce(await bank.confirm(page));
    await expectDoneOnce(answered);
    expect(actors.keysReceived).toHaveLength(sent);
    expect((await bank.open()).body).not.toContain(IBAN_SHOWN);
  });

  it("is kept when the step-up is cancelled, and changed once when it is not", async () => {
    const cancelled = await ada.follow(await bank.submit(IBAN), { secondFactor: "cancel" });
    expect(cancelled.status).toBe(403);
    expect(cancelled.body).toContain("ERR_CANCELLED");
    await expectKept();
    const page = await ada.follow(await bank.confirm(await bank.goOn()));
    await expectDoneOnce(await bank.confirm(page));
  });

  it("is kept when the step-up comes back too late", async () => {
    const left = await bank.submit(IBAN);
    const back = await ada.atSandbox(left.location ?? "");
    actors.clock.aheadMs = 11 * MINUTE_MS;
    expect(await ada.get(back)).toMatchObject({ status: 303, location: `${actors.url}/` });
    await expectKept();
  });

  it("is over after fifteen minutes, and says that nothing was sent", async () => {
    const page = await bank.submitAndStepUp(IBAN);
    actors.clock.aheadMs = 16 * MINUTE_MS;
    const answered = await ada.follow(await bank.confirm(page));
    expect(answered.status).toBe(200);
    expect(answered.body).toContain("Nothing was sent");
    expect(actors.executed).toEqual([]);
  });

  it("is shown to nobody else", async () => {
    const page = await bank.submitAndStepUp(IBAN);
    const { form } = findButton(readPage(page.body), "Confirm change");
    const draft = form.fields.get("draft") ?? "";
    const ben = await actors.signIn("Ben");
    expect((await ben.get(`/bank-account?draft=${draft}`)).body).not.toContain(IBAN_SHOWN);
    await ben.post("/bank-account/discard", { draft });
    await ben.open("/signin?prompt=select_account", { person: "Ada" });
    expect((await ben.get(`/bank-account?draft=${draft}`)).body).not.toContain(IBAN_SHOWN);
    await expectDoneOnce(await bank.confirm(page));
  });

  it("is not changed when it is discarded, whatever is confirmed later", async () => {
    const page = await bank.submitAndStepUp(IBAN);
    await bank.press(page, "Discard");
    const answered = await ada.follow(await bank.confirm(page));
    expect(answered.body).toContain("Nothing was sent");
    expect(actors.executed).toEqual([]);
  });
});
