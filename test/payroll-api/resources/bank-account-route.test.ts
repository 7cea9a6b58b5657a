import { randomUUID } from "node:crypto";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { BankAccount } from "../../../src/payroll-api/resources/bank-account-route.js";
import { makePerson } from "../../support/authority-tokens.js";
import {
  AUDIENCE,
  nowSeconds,
  type PayrollApiFixture,
  startPayrollApiFixture,
} from "../payroll-api-fixture.js";

const IBAN = "DE89370400440532013000";
const OTHER_IBAN = "GB82WEST12345698765432";
const DAY_SECONDS = 24 * 3600;

describe("POST /bank-account", () => {
  let fixture: PayrollApiFixture;
  const saved: { personId: string; account: BankAccount }[] = [];
  let isDiskFull: boolean;

  beforeAll(async () => {
    fixture = await startPayrollApiFixture({
      saveBankAccount: (personId, account) => {
        if (isDiskFull) return Promise.reject(new Error("disk full"));
        saved.push({ personId, account });
        return Promise.resolve();
      },
    });
    return fixture.close;
  });

  beforeEach(() => {
    saved.length = 0;
    isDiskFull = false;
    fixture.clock.aheadSeconds = 0;
    fixture.authority.person = makePerson("Ada");
  });

  async function send(body: string, headers: Record<string, string>): Promise<Response> {
    const issued = nowSeconds() + fixture.clock.aheadSeconds;
    const token = await fixture.authority.mintAccessToken({
      scope: `${AUDIENCE}/Payroll.Write`,
      claims: { acrs: ["c2"], iat: issued, auth_time: issued, exp: issued + 3600 },
    });
    return fixture.call("/bank-account", token, { method: "POST", headers, body });
  }

  async function change(iban: unknown, key: string = randomUUID()): Promise<Response> {
    const headers = { "Content-Type": "application/json", "Idempotency-Key": key };
    return send(JSON.stringify({ iban }), headers);
  }

  async function codeOf(response: Response): Promise<string> {
    return ((await response.json()) as { error: { code: string } }).error.code;
  }

  it("changes the account and says what it is now", async () => {
    const response = await change("de89 3704 0044 0532 0130 00");
    const body = (await response.json()) as BankAccount;
    expect(response.status).toBe(200);
    expect(body).toEqual({ iban: IBAN, changedAt: new Date(body.changedAt).toISOString() });
    expect(saved).toEqual([{ personId: fixture.authority.person.oid, account: body }]);
  });

  it("executes a repeated write once and returns the same result", async () => {
    const key = randomUUID();
    const first = await (await change(IBAN, key)).json();
    fixture.clock.aheadSeconds = DAY_SECONDS - 60;
    expect(await (await change(IBAN, key)).json()).toEqual(first);
    expect(saved).toHaveLength(1);
  });

  it("executes a write once when it is sent many times at once", async () => {
    const key = randomUUID();
    const responses = await Promise.all(Array.from({ length: 10 }, () => change(IBAN, key)));
    const bodies = await Promise.all(responses.map((response) => response.text()));
    expect(new Set(bodies).size).toBe(1);
    expect(saved).toHaveLength(1);
  });

  it("takes the same IBAN in another spelling for the same write", async () => {
    const key = randomUUID();
    await change(IBAN, key);
    expect((await change("DE89 3704 0044 0532 0130 00", key)).status).toBe(200);
    expect(saved).toHaveLength(1);
  });

  it("refuses a key that was used for another IBAN", async () => {
    const key = randomUUID();
    await change(IBAN, key);
    const response = await change(OTHER_IBAN, key);
    expect(response.status).toBe(422);
    expect(await codeOf(response)).toBe("ERR_IDEMPOTENCY_KEY_REUSED");
    expect(saved).toHaveLength(1);
  });

  it("keeps the keys of two people apart", async () => {
    const key = randomUUID();
    await change(IBAN, key);
    fixture.authority.person = makePerson("Ben");
    expect((await change(OTHER_IBAN, key)).status).toBe(200);
    expect(saved).toHaveLength(2);
  });

  it("forgets a key after a day", async () => {
    const key = randomUUID();
    await change(IBAN, key);
    fixture.clock.aheadSeconds = DAY_SECONDS + 60;
    expect((await change(OTHER_IBAN, key)).status).toBe(200);
  });

  it("lets a write that failed be tried again with its key", async () => {
    const key = randomUUID();
    isDiskFull = true;
    const failed = await change(IBAN, key);
    expect(failed.status).toBe(500);
    expect(await failed.text()).not.toContain("disk");
    isDiskFull = false;
    expect((await change(IBAN, key)).status).toBe(200);
  });

  it("does not use up the key of a write that it refused", async () => {
    const key = randomUUID();
    expect(await codeOf(await change("DE00", key))).toBe("ERR_IBAN_INVALID");
    expect((await change(IBAN, key)).status).toBe(200);
  });

  it.each(["", "DE89370400440532013001", "<script>", "0".repeat(64)])(
    "refuses the IBAN %j with 422",
    async (iban) => {
      const response = await change(iban);
      expect(response.status).toBe(422);
      expect(await codeOf(response)).toBe("ERR_IBAN_INVALID");
    },
  );

  it.each([
    ["no IBAN", "{}"],
    ["an IBAN that is no text", '{"iban":1}'],
    ["an endless IBAN", JSON.stringify({ iban: "D".repeat(65) })],
    ["unknown members", JSON.stringify({ iban: IBAN, amount: 1 })],
    ["a list", "[]"],
    ["no object", "null"],
    ["broken JSON", '{"iban":'],
    ["nothing", ""],
  ])("refuses a body that holds %s with 400", async (_what, body) => {
    const headers = { "Content-Type": "application/json", "Idempotency-Key": "key" };
    const response = await send(body, headers);
    expect(response.status).toBe(400);
    expect(await codeOf(response)).toBe("ERR_BAD_REQUEST");
    expect(saved).toHaveLength(0);
  });

  it("refuses a body that is no JSON by its type", async () => {
    const headers = { "Content-Type": "text/plain", "Idempotency-Key": "key" };
    expect((await send(JSON.stringify({ iban: IBAN }), headers)).status).toBe(400);
  });

  it("refuses a body that is too large, or compressed", async () => {
    const headers = { "Content-Type": "application/json", "Idempotency-Key": "key" };
    expect((await send(" ".repeat(2000), headers)).status).toBe(413);
    expect((await send("x", { ...headers, "Content-Encoding": "gzip" })).status).toBe(415);
  });

  it.each([
    ["is missing", {}],
    ["is empty", { "Idempotency-Key": "" }],
    ["is too long", { "Idempotency-Key": "k".repeat(256) }],
    ["holds a space", { "Idempotency-Key": "a b" }],
  ])("refuses the write with 400 when the Idempotency-Key %s", async (_what, headers) => {
    const type = { "Content-Type": "application/json" };
    const response = await send(JSON.stringify({ iban: IBAN }), { ...type, ...headers });
    expect(response.status).toBe(400);
    expect(await codeOf(response)).toBe("ERR_IDEMPOTENCY_KEY");
    expect(saved).toHaveLength(0);
  });
});
