import { describe, expect, it } from "vitest";
import { IBAN } from "../support/ibans.js";
import { useBank } from "./bank.js";

const { actors, ada, bank } = useBank();

describe("an IBAN that cannot be one", () => {
  it.each(["", "DE00 1234", "GB82 WEST 1234 5698 7654 33", `${IBAN}0`])(
    "is refused before anything is sent, and stays in the form: %j",
    async (iban) => {
      actors.forgetReceived();
      const page = await bank.submit(iban);
      expect(page.status).toBe(422);
      expect(page.body).toContain(`value="${iban}"`);
      expect(actors.keysReceived).toEqual([]);
      expect(actors.sandboxReceived).toEqual([]);
      expect((await bank.open()).body).not.toContain("Not sent yet");
    },
  );

  it("is named to a JSON client by its code", async () => {
    const answer = await ada.postJson("/bank-account", { iban: "DE00 1234" });
    expect(answer).toMatchObject({ status: 422, body: { code: "ERR_IBAN_INVALID" } });
    expect(actors.keysReceived).toEqual([]);
  });
});

describe("an IBAN with spaces of another kind", () => {
  it("is sent in its electronic form", async () => {
    const typed = "fr14\u00A02004 1010\t0505 0001 3M02 606";
    await ada.follow(await bank.confirm(await bank.submitAndStepUp(typed)));
    expect(actors.executed).toEqual([IBAN]);
  });
});
