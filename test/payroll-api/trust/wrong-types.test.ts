import { beforeAll, describe, expect, it } from "vitest";
import { PAYSLIPS_TOKEN, startPayrollApiFixture } from "../payroll-api-fixture.js";
import type { PayrollApiFixture } from "../payroll-api-fixture.js";

const VALUES: readonly unknown[] = [null, true, 7, 1.5, "", "text", [], [7], [null], {}, { a: 1 }];
const HEADER = ["typ", "kid", "cty", "jku", "jwk", "x5c", "x5t", "url"];
const CLAIMS = [
  ...["iss", "aud", "exp", "iat", "nbf", "jti", "tid", "ver", "oid", "sub"],
  ...["scp", "acrs", "xms_cc", "auth_time", "ipaddr", "azp", "roles"],
];

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

describe("a token whose header or claims are of wrong JSON types", () => {
  let fixture: PayrollApiFixture;

  beforeAll(async () => {
    fixture = await startPayrollApiFixture();
    return fixture.close;
  });

  async function statusAt(path: string, token: string): Promise<number> {
    if (path !== "/events") return (await fixture.call(path, token)).status;
    const headers = { "Content-Type": "application/secevent+jwt" };
    return (await fixture.call(path, undefined, { method: "POST", headers, body: token })).status;
  }

  /** Accepted (where the value is ignored), or refused as a bad token; never a failure of the API. */
  async function expectNoFailure(path: string, token: string): Promise<void> {
    const fine = path === "/events" ? [202, 400] : [200, 401, 403];
    expect(fine).toContain(await statusAt(path, token));
  }

  it.each(HEADER)("is no failure of the API, though it is signed: header %s", async (name) => {
    for (const value of VALUES) {
      const deviation = { header: { [name]: value } };
      const token = await fixture.authority.mintAccessToken({ ...PAYSLIPS_TOKEN, deviation });
      await expectNoFailure("/payslips", token);
      await expectNoFailure("/events", token);
    }
  });

  it.each(CLAIMS)("is no failure of the API, though it is signed: claim %s", async (name) => {
    for (const value of VALUES) {
      const claims = { ...PAYSLIPS_TOKEN.claims, [name]: value };
      await expectNoFailure(
        "/payslips",
        await fixture.authority.mintAccessToken({ ...PAYSLIPS_TOKEN, claims }),
      );
      const deviation = { header: { typ: "secevent+jwt" } };
      await expectNoFailure(
        "/events",
        await fixture.authority.mintAccessToken({ ...PAYSLIPS_TOKEN, claims, deviation }),
      );
    }
  });

  it.each([[null], [true], [7], [[]], [{}]])("is refused when typ is %j", async (typ) => {
    expect((await fixture.getPayslips({}, { header: { typ } })).status).toBe(401);
  });

  it("is refused when it is no object, or its algorithm no string", async () => {
    for (const value of VALUES) {
      for (const token of [
        `${encode(value)}.${encode({})}.AAAA`,
        `${encode({ alg: "RS256", kid: "k" })}.${encode(value)}.AAAA`,
        `${encode({ alg: value, kid: "k" })}.${encode({})}.AAAA`,
        `${encode({ alg: "RS256", crit: value })}.${encode({})}.AAAA`,
        `${encode({ alg: "RS256", b64: value })}.${encode({})}.AAAA`,
      ]) {
        expect(await statusAt("/payslips", token)).toBe(401);
        expect(await statusAt("/events", token)).toBe(400);
      }
    }
  });
});
