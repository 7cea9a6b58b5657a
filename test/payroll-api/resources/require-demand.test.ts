import { beforeAll, describe, expect, it } from "vitest";
import {
  AUDIENCE,
  nowSeconds,
  readChallenge,
  startPayrollApiFixture,
} from "../payroll-api-fixture.js";
import type { PayrollApiFixture } from "../payroll-api-fixture.js";

const READ = `${AUDIENCE}/Payroll.Read`;
const WRITE = `${AUDIENCE}/Payroll.Write`;

describe("a route that demands an authentication context", () => {
  let fixture: PayrollApiFixture;

  beforeAll(async () => {
    fixture = await startPayrollApiFixture();
    return fixture.close;
  });

  async function get(path: string, claims: Record<string, unknown>): Promise<Response> {
    return fixture.call(path, await fixture.authority.mintAccessToken({ scope: READ, claims }));
  }

  async function post(claims: Record<string, unknown>): Promise<Response> {
    const token = await fixture.authority.mintAccessToken({ scope: WRITE, claims });
    return fixture.call("/bank-account", token, {
      method: "POST",
      headers: { "Content-Type": "application/json", "Idempotency-Key": "1" },
      body: JSON.stringify({ iban: "DE89370400440532013000" }),
    });
  }

  it("sends exactly the documented header when the token lacks it", async () => {
    const response = await get("/payslips", {});
    const { url } = fixture.authority;
    const claims = Buffer.from(
      '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}',
    ).toString("base64");
    expect(response.status).toBe(401);
    expect(response.headers.get("WWW-Authenticate")).toBe(
      `Bearer realm="", authorization_uri="${url}/common/oauth2/v2.0/authorize", ` +
        `error="insufficient_claims", claims="${claims}"`,
    );
  });

  it("names the common endpoint, because the realm is empty, in every challenge", async () => {
    const responses = [
      await fixture.call("/payslips"),
      await fixture.call("/payslips", "no-token"),
      await fixture.call("/bank-account", undefined, { method: "POST" }),
      await get("/tax-forms", {}),
      await post({ acrs: ["c1"] }),
    ];
    const uri = `${fixture.authority.url}/common/oauth2/v2.0/authorize`;
    for (const response of responses) {
      expect(readChallenge(response).header).toMatch(
        new RegExp(`^Bearer realm="", authorization_uri="${uri}"`),
      );
    }
  });

  it.each([
    ["/payslips", "c1"],
    ["/tax-forms", "c3"],
  ])("%s asks for %s", async (path, value) => {
    const response = await get(path, { acrs: ["c9"] });
    expect(readChallenge(response).claims).toEqual({
      access_token: { acrs: { essential: true, value } },
    });
  });

  it.each([
    ["an array", ["c9", "c1"]],
    ["a string", "c1"],
    ["a string of several", "c9 c1"],
  ])("accepts the token when acrs is %s that holds it", async (_form, acrs) => {
    const response = await get("/payslips", { acrs });
    expect(response.status).toBe(200);
  });

  it.each([[["C1"]], [["c10"]], [["c11", "xc1"]], [[]], [""]])(
    "is not satisfied by acrs %j",
    async (acrs) => {
      expect((await get("/payslips", { acrs })).status).toBe(401);
    },
  );

  it.each([[["cp1"]], ["cp1"], [["CP1"]], ["CP1"], [["cp2", "Cp1"]]])(
    "challenges a client whose xms_cc is %j",
    async (xms_cc) => {
      expect(readChallenge(await get("/payslips", { xms_cc })).claims).toBeDefined();
    },
  );

  it.each([[undefined], [[]], [["cp2"]], ["cp10"], [["cp1x"]]])(
    "responds with 403 without a challenge when xms_cc is %j",
    async (xms_cc) => {
      const response = await get("/payslips", { xms_cc });
      expect(response.status).toBe(403);
      expect(response.headers.get("WWW-Authenticate")).toBeNull();
      expect(await response.json()).toMatchObject({ error: { code: "ERR_CLAIMS_INSUFFICIENT" } });
    },
  );

  it("judges the scope before the context", async () => {
    const token = await fixture.authority.mintAccessToken({ scope: READ });
    const response = await fixture.call("/bank-account", token, { method: "POST" });
    expect(response.status).toBe(403);
    expect(readChallenge(response).header).toContain('error="insufficient_scope"');
    expect(readChallenge(response).header).toContain('scope="Payroll.Write"');
  });

  const FRESH_C2 = {
    access_token: { acrs: { essential: true, value: "c2" }, auth_time: { essential: true } },
  };

  it.each([
    ["290 seconds old", 290],
    ["half a minute ahead of its clock", -30],
  ])("accepts c2 when the sign-in is %s", async (_age, seconds) => {
    const claims = { acrs: ["c2"], auth_time: nowSeconds() - seconds };
    expect((await post(claims)).status).toBe(200);
  });

  it.each([
    ["310 seconds old", () => ({ acrs: ["c2"], auth_time: nowSeconds() - 310 })],
    ["ten minutes ahead of its clock", () => ({ acrs: ["c2"], auth_time: nowSeconds() + 600 })],
    ["of an unknown time", () => ({ acrs: ["c2"], auth_time: undefined })],
    ["recent but without c2", () => ({ acrs: ["c1"], auth_time: nowSeconds() })],
  ])("asks for c2 and the time of the sign-in when it is %s", async (_age, claims) => {
    const response = await post(claims());
    expect(response.status).toBe(401);
    expect(readChallenge(response).claims).toEqual(FRESH_C2);
  });

  it.each([[[]], ["cp2"]])(
    "responds with 403 to a sign-in of an unknown time when xms_cc is %j",
    async (xms_cc) => {
      const response = await post({ acrs: ["c2"], auth_time: undefined, xms_cc });
      expect(response.status).toBe(403);
      expect(response.headers.get("WWW-Authenticate")).toBeNull();
    },
  );

  it.each(["1760000000", 1.5, null])(
    "refuses the token when auth_time is %j",
    async (auth_time) => {
      const response = await post({ acrs: ["c2"], auth_time });
      expect(response.status).toBe(401);
      expect(readChallenge(response).header).toContain('error="invalid_token"');
    },
  );

  it("does not ask for a fresh sign-in where the table does not", async () => {
    const old = { acrs: ["c1"], auth_time: nowSeconds() - 86_400 };
    expect((await get("/payslips", old)).status).toBe(200);
  });
});
