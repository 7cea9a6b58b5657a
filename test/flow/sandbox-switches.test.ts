import { describe, expect, it } from "vitest";
import { useActors } from "../support/actors.js";
import { IBAN, OTHER_IBAN } from "../support/ibans.js";

describe("a switch of the sandbox shows at the next call", () => {
  const actors = useActors();

  it("asks for password and second factor when the sign-in has aged", async () => {
    const ada = await actors.signIn("Ada");
    await ada.follow(await ada.post("/bank-account", { iban: IBAN }));
    await actors.control("people/ada/age-sign-in", { seconds: 600 });
    const challenged = await ada.post("/bank-account", { iban: OTHER_IBAN });
    expect(challenged.status).toBe(303);
    expect(new URL(challenged.location ?? "").origin).toBe(actors.sandbox.url);
    const { pagesSeen } = await ada.walk(challenged.location ?? "");
    expect(pagesSeen).toEqual(["Enter password", "Approve the sign-in"]);
  });

  it("asks in one round for all that a revoked session has lost", async () => {
    const ada = await actors.signIn("Ada");
    expect((await ada.open("/payslips")).status).toBe(200);
    await actors.control("people/ada/revoke-sessions", { grant: "gone" });
    const challenged = await ada.get("/payslips");
    const walk = await ada.walk(challenged.location ?? "");
    expect(walk.pagesSeen).toEqual(["Enter password", "Approve the sign-in"]);
    const payslips = await ada.follow(await ada.get(walk.location));
    expect(payslips.status).toBe(200);
  });

  it("refuses tax forms when the device is no longer managed, with one correlation id", async () => {
    const ada = await actors.signIn("Ada");
    expect((await ada.open("/tax-forms")).status).toBe(200);
    await actors.control("people/ada", { deviceCompliant: false });
    const challenged = await ada.get("/tax-forms");
    const sentId = new URL(challenged.location ?? "").searchParams.get("client-request-id") ?? "";
    const refused = await ada.follow(challenged);
    expect(refused.status).toBe(403);
    expect(refused.body).toContain("ERR_DEVICE_NOT_MANAGED");
    expect(refused.body).toContain("AADSTS53000");
    expect(sentId).not.toBe("");
    expect(refused.body).toContain(sentId);
    await actors.control("people/ada", { deviceCompliant: true });
    expect((await ada.open("/tax-forms")).status).toBe(200);
  });
});
