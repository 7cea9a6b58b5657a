import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ObservedRequest } from "../../src/payroll-api/create-payroll-api.js";
import { makePerson } from "../support/authority-tokens.js";
import { PAYSLIPS_TOKEN, startPayrollApiFixture } from "./payroll-api-fixture.js";
import type { PayrollApiFixture } from "./payroll-api-fixture.js";

describe("the Payroll API", () => {
  let fixture: PayrollApiFixture;
  const observed: ObservedRequest[] = [];

  beforeAll(async () => {
    fixture = await startPayrollApiFixture({
      now: () => Date.parse("2026-03-31T23:59:59Z"),
      observe: (seen) => observed.push(seen),
    });
    const iat = Date.parse("2026-03-31T23:59:00Z") / 1000;
    fixture.authority.misissue.accessToken = { iat, nbf: iat, exp: iat + 3600 };
    return fixture.close;
  });

  beforeEach(() => {
    observed.length = 0;
  });

  it("returns a person's payslips, the same each time", async () => {
    const response = await fixture.getPayslips();
    const body = (await response.json()) as { payslips: { period: string }[] };
    expect(response.status).toBe(200);
    expect(body.payslips.map(({ period }) => period)).toEqual([
      ...["2026-02", "2026-01", "2025-12"],
      ...["2025-11", "2025-10", "2025-09"],
    ]);
    for (const payslip of body.payslips) {
      expect(payslip).toEqual({
        period: expect.stringMatching(/^\d{4}-\d{2}$/) as string,
        gross: expect.any(Number) as number,
        net: expect.any(Number) as number,
        currency: "EUR",
      });
    }
    expect(await (await fixture.getPayslips()).json()).toEqual(body);
  });

  it("returns other payslips to another person", async () => {
    const mine = await (await fixture.getPayslips()).text();
    const before = fixture.authority.person;
    fixture.authority.person = {
      ...makePerson("Ben"),
      oid: "00000000-0000-0000-0000-00000000000b",
    };
    expect(await (await fixture.getPayslips()).text()).not.toBe(mine);
    fixture.authority.person = before;
  });

  it("returns tax forms", async () => {
    const mint = { ...PAYSLIPS_TOKEN, claims: { acrs: ["c3"] } };
    const token = await fixture.authority.mintAccessToken(mint);
    const response = await fixture.call("/tax-forms", token);
    expect(await response.json()).toEqual({
      taxForms: [2025, 2024, 2023].map((year) => ({
        year,
        name: `Annual wage statement ${year}`,
      })),
    });
  });

  it.each([
    ["DELETE", "/payslips", "GET, HEAD"],
    ["POST", "/payslips", "GET, HEAD"],
    ["OPTIONS", "/payslips", "GET, HEAD"],
    ["GET", "/bank-account", "POST"],
    ["PUT", "/tax-forms", "GET, HEAD"],
    ["GET", "/events", "POST"],
  ])("responds to %s %s with 405 and Allow: %s", async (method, path, allow) => {
    const response = await fixture.call(path, undefined, { method });
    expect(response.status).toBe(405);
    expect(response.headers.get("Allow")).toBe(allow);
    expect(await response.json()).toMatchObject({ error: { code: "ERR_METHOD_NOT_ALLOWED" } });
  });

  it.each(["/", "/payslips/", "/PAYSLIPS", "/payslips/1", "//payslips"])(
    "knows no %s",
    async (path) => {
      const response = await fixture.call(path);
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({ error: { code: "ERR_NOT_FOUND" } });
    },
  );

  it("responds in JSON to a path that cannot be decoded", async () => {
    const response = await fixture.call("/%E0%A4%A");
    expect([400, 404]).toContain(response.status);
    expect(response.headers.get("Content-Type")).toContain("application/json");
  });

  it("guards HEAD as it guards GET", async () => {
    const head = { method: "HEAD" };
    expect((await fixture.call("/payslips", undefined, head)).status).toBe(401);
    const token = await fixture.authority.mintAccessToken(PAYSLIPS_TOKEN);
    expect((await fixture.call("/payslips", token, head)).status).toBe(200);
  });

  it("lets nothing be cached, sniffed or traced to its framework", async () => {
    for (const response of [await fixture.getPayslips(), await fixture.call("/payslips")]) {
      expect(response.headers.get("Cache-Control")).toBe("no-store");
      expect(response.headers.get("X-Content-Type-Options")).toBe("nosniff");
      expect(response.headers.has("X-Powered-By")).toBe(false);
      expect(response.headers.has("ETag")).toBe(false);
      expect(response.headers.has("Access-Control-Allow-Origin")).toBe(false);
    }
  });

  it("tells an observer of each request, without its query", async () => {
    await fixture.getPayslips();
    await fixture.call("/payslips?access_token=secret");
    expect(observed).toEqual([
      { method: "GET", path: "/payslips", status: 200 },
      { method: "GET", path: "/payslips", status: 401 },
    ]);
  });
});
