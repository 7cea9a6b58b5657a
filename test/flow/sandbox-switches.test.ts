import { afterEach, describe, expect, it } from "vitest";
import { useActors } from "../support/actors.js";
import { useBank } from "./bank.js";
import { IBAN, OTHER_IBAN } from "../support/ibans.js";

describe("a switch of the sandbox shows at the next call", () => {
  const actors = useActors();
  afterEach(() => actors.control("reset", {}));

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

  it("asks for the second factor when every token requires it, before any token expires", async () => {
    const ada = await actors.signIn("Ada");
    expect((await ada.open("/profile")).status).toBe(200);
    await actors.control("people/ada", { secondFactorEverywhere: true });
    const challenged = await ada.get("/profile");
    const { pagesSeen, location } = await ada.walk(challenged.location ?? "");
    expect(pagesSeen).toEqual(["Approve the sign-in"]);
    expect((await ada.follow(await ada.get(location))).status).toBe(200);
  });

  it("asks for withdrawn consent", async () => {
    const ada = await actors.signIn("Ada");
    expect((await ada.open("/profile")).status).toBe(200);
    await actors.control("people/ada", { consented: false });
    const { pagesSeen } = await ada.walk((await ada.get("/profile")).location ?? "");
    expect(pagesSeen).toEqual(["Permissions requested"]);
  });

  it.each([
    ["a policy blocks the person", { blocked: true }, "ERR_BLOCKED_BY_POLICY"],
    ["the person is not assigned to the app", { assigned: false }, "ERR_NOT_ASSIGNED"],
  ])("refuses a page when %s, with a cached token", async (_when, switches, code) => {
    const ada = await actors.signIn("Ada");
    expect((await ada.open("/profile")).status).toBe(200);
    await actors.control("people/ada", switches);
    const refused = await ada.open("/profile");
    expect(refused.status).toBe(403);
    expect(refused.body).toContain(code);
  });

  it.each([
    ["error", 503],
    ["throttle", 503],
    ["html", 502],
    ["hang", 503],
  ])("shows that the Payroll API has the fault %s, and not after it", async (mode, status) => {
    const ada = await actors.signIn("Ada");
    expect((await ada.open("/payslips")).status).toBe(200);
    await actors.control("faults", { endpoint: "payroll", mode, delayMs: 1, times: 1 });
    expect((await ada.get("/payslips")).status).toBe(status);
    expect((await ada.get("/payslips")).status).toBe(200);
  });

  it("revokes at the Payroll API although that has a fault", async () => {
    const ada = await actors.signIn("Ada");
    expect((await ada.open("/payslips")).status).toBe(200);
    await actors.control("faults", { endpoint: "payroll", mode: "error" });
    await actors.control("people/ada/revoke-sessions", { grant: "gone" });
    await actors.control("faults", { endpoint: "payroll", mode: "none" });
    expect((await ada.get("/payslips")).status).toBe(302);
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
  afterEach(() => actors.control("reset", {}));

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
  });
});
