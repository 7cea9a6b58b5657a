import { beforeEach, describe, expect, it } from "vitest";
import { IBAN, IBAN_SHOWN, OTHER_IBAN } from "../support/ibans.js";
import { useBank } from "./bank.js";

const { actors, ada, bank, expectDoneOnce, expectKept } = useBank();

/** Steps up, so that the next write meets no challenge. */
async function confirmFreshness(): Promise<void> {
  const page = await bank.submitAndStepUp(OTHER_IBAN);
  await bank.press(page, "Discard");
  actors.keysReceived.length = 0;
}

describe("a bank account that is changed without a step-up", () => {
  beforeEach(confirmFreshness);

  it("is changed at once", async () => {
    await expectDoneOnce(await bank.submit(IBAN));
  });

  it("is changed once when the form is sent twice at once", async () => {
    const form = await bank.open();
    const sending = [1, 2, 3].map(() => bank.press(form, "Change bank account", { iban: IBAN }));
    for (const each of await Promise.all(sending)) await expectDoneOnce(each);
    await expectDoneOnce(await bank.press(form, "Change bank account", { iban: IBAN }));
    expect(new Set(actors.keysReceived).size).toBe(1);
  });

  it("is changed again when the same form is sent with another IBAN", async () => {
    const form = await bank.open();
    for (const iban of [IBAN, OTHER_IBAN, IBAN]) {
      await bank.press(form, "Change bank account", { iban });
    }
    expect(actors.executed).toEqual([IBAN, OTHER_IBAN, IBAN]);
  });

  it.each(["confirmed", "typed"])(
    "is kept when the API fails, and changed once when it is %s again",
    async (way) => {
      actors.faults.push("fail");
      const failed = await bank.submit(IBAN);
      expect(failed.status).toBe(503);
      await expectKept();
      await expectDoneOnce(
        way === "typed" ? await bank.submit(IBAN) : await bank.confirm(await bank.goOn()),
      );
    },
  );

  it.each(["confirmed", "typed"])(
    "is changed once when the API’s response is lost and it is %s again",
    async (way) => {
      actors.faults.push("lose-response");
      const failed = await bank.submit(IBAN);
      expect(failed.status).toBe(503);
      expect((await bank.open()).body).toContain(IBAN_SHOWN);
      await expectDoneOnce(
        way === "typed" ? await bank.submit(IBAN) : await bank.confirm(await bank.goOn()),
      );
      expect(new Set(actors.keysReceived).size).toBe(1);
    },
  );

  it("is changed once when the API’s response is lost and it is edited and not changed", async () => {
    actors.faults.push("lose-response");
    await bank.submit(IBAN);
    const { body } = await bank.goOn();
    const edit = /href="(\/bank-account\?edit=[^"]+)"/.exec(body)?.[1] ?? "";
    await expectDoneOnce(await bank.press(await ada.get(edit), "Change bank account"));
  });

  it("is changed back after another change, although its own response was lost", async () => {
    actors.faults.push("lose-response");
    await bank.submit(IBAN);
    await bank.submit(OTHER_IBAN);
    const answered = await ada.follow(await bank.confirm(await bank.goOn()));
    expect(answered.body).toContain(IBAN_SHOWN);
    expect(actors.executed).toEqual([IBAN, OTHER_IBAN, IBAN]);
  });

  it("no longer claims to hold after another change", async () => {
    const first = await bank.submit(IBAN);
    expect((await ada.follow(first)).body).toContain("Your pay now goes to");
    await ada.follow(await bank.submit(OTHER_IBAN));
    const page = await ada.get(first.location ?? "");
    expect(page.body).not.toContain("Your pay now goes to");
    expect(page.body).toContain("A later change has replaced it");
  });

  it("stays in the list while others are discarded", async () => {
    actors.faults.push("fail");
    await bank.submit(IBAN);
    for (let count = 0; count < 6; count += 1) {
      actors.faults.push("fail");
      const failed = await bank.submit(OTHER_IBAN);
      const [, id = ""] = /draft=([\w-]{43})/.exec(failed.body) ?? [];
      await ada.post("/bank-account/discard", { draft: id });
    }
    expect((await bank.open()).body).toContain(IBAN_SHOWN);
  });

  it("is not changed when the API finds the IBAN wrong, and the field still holds it", async () => {
    const page = await bank.submit("FR00 2004");
    expect(page.status).toBe(422);
    expect(page.body).toContain('value="FR00 2004"');
    expect(actors.executed).toEqual([]);
  });

  it("is not changed when the session ended, and the field still holds it", async () => {
    await ada.post("/signout");
    const page = await ada.post("/bank-account", { iban: IBAN });
    expect(page.status).toBe(401);
    expect(page.body).toContain(`value="${IBAN}"`);
    expect(actors.keysReceived).toEqual([]);
  });

  it.each(["Confirm change", "Discard"] as const)(
    "is not changed by “%s” when the session ended meanwhile, and the page leads to the sign-in",
    async (button) => {
      actors.faults.push("fail");
      await bank.submit(IBAN);
      const page = await bank.goOn();
      await ada.post("/signout");
      const refused = await bank.press(page, button);
      expect(refused.status).toBe(401);
      expect(refused.body).toContain("/signin?returnTo=%2Fbank-account");
      if (button === "Confirm change") expect(refused.body).toContain(`value="${IBAN}"`);
      expect(actors.executed).toEqual([]);
    },
  );
});
