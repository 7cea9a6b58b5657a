import { describe, expect, it } from "vitest";
import { useActors } from "../support/actors.js";
import { useBank } from "./bank.js";
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

describe("a sign-in frequency that the authority defers when it renews a token", () => {
  const { actors, ada, bank, expectDoneOnce } = useBank();

  it.each([
    ["the sign-in has aged, which revokes the tokens", "people/ada/age-sign-in"],
    ["ten minutes have passed", undefined],
  ])("leaves it to the API to ask for a fresh sign-in when %s", async (_when, path) => {
    await ada.follow(await bank.submit(OTHER_IBAN));
    actors.executed.length = 0;
    await actors.control("people/everybody", { signInFrequencyDeferred: true });
    if (path === undefined) actors.clock.aheadMs = 10 * 60_000;
    else await actors.control(path, { seconds: 600 });
    actors.forgetReceived();
    const challenged = await bank.submit(IBAN);
    const [renewal] = actors.receivedAt("/token");
    expect(renewal?.get("grant_type")).toBe("refresh_token");
    expect(JSON.parse(renewal?.get("claims") ?? "")).toMatchObject({
      access_token: { acrs: { value: "c2" }, auth_time: { essential: true } },
    });
    // The API is called with the renewed token as well, and challenges it.
    expect(actors.payrollReceived).toEqual(["POST /bank-account", "POST /bank-account"]);
    expect(actors.executed).toEqual([]);
    const { pagesSeen, location } = await ada.walk(challenged.location ?? "");
    expect(pagesSeen).toEqual(["Enter password", "Approve the sign-in"]);
    const kept = await ada.follow(await ada.get(location));
    expect(actors.executed).toEqual([]);
    await expectDoneOnce(await bank.confirm(kept));
    await actors.control("reset", {});
  });
});
