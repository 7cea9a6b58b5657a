import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { beforeAll, describe, expect, it } from "vitest";
import { PAYSLIPS_TOKEN, readChallenge, startPayrollApiFixture } from "../payroll-api-fixture.js";
import type { PayrollApiFixture } from "../payroll-api-fixture.js";

describe("the Authorization header", () => {
  let fixture: PayrollApiFixture;
  let token: string;

  beforeAll(async () => {
    fixture = await startPayrollApiFixture();
    token = await fixture.authority.mintAccessToken(PAYSLIPS_TOKEN);
    return fixture.close;
  });

  async function send(authorization: string): Promise<Response> {
    return fixture.call("/payslips", undefined, { headers: { authorization } });
  }

  /** `fetch` cannot send a header twice. */
  async function sendLines(...lines: [name: string, value: string][]): Promise<IncomingMessage> {
    const outgoing = request(`${fixture.url}/payslips`, {
      headers: ["Host", new URL(fixture.url).host, ...lines.flat()],
    }).end();
    const [response] = (await once(outgoing, "response")) as [IncomingMessage];
    response.resume();
    return response;
  }

  it("is asked for without an error when there is none", async () => {
    const response = await fixture.call("/payslips");
    const { url } = fixture.authority;
    expect(response.status).toBe(401);
    expect(response.headers.get("WWW-Authenticate")).toBe(
      `Bearer realm="", authorization_uri="${url}/common/oauth2/v2.0/authorize"`,
    );
  });

  it.each(["Basic YTpi", "Bearertoken", "Negotiate abc", "Token Bearer abc"])(
    "counts as missing when it is %s",
    async (authorization) => {
      const response = await send(authorization);
      expect(response.status).toBe(401);
      expect(readChallenge(response).header).not.toContain("error=");
    },
  );

  it.each(["Bearer", "bearer", "BEARER", "bEaReR"])("is understood as %s", async (scheme) => {
    expect((await send(`${scheme} ${token}`)).status).toBe(200);
  });

  it.each([
    ["has no token", () => "Bearer"],
    ["has two tokens", () => `Bearer ${token} ${token}`],
    ["lists two schemes", () => `Bearer ${token}, Bearer ${token}`],
    ["quotes the token", () => `Bearer "${token}"`],
    ["has a tab for the space", () => `Bearer \t${token}`],
    ["has a parameter", () => `Bearer token=${token}`],
  ])("is refused as invalid_token when it %s", async (_what, value) => {
    const response = await send(value());
    expect(response.status).toBe(401);
    expect(readChallenge(response).header).toContain('error="invalid_token"');
  });

  it("is refused when it comes twice, whatever comes first", async () => {
    const good: [string, string] = ["Authorization", `Bearer ${token}`];
    const bad: [string, string] = ["authorization", "Bearer x.y.z"];
    expect((await sendLines(good)).statusCode).toBe(200);
    expect((await sendLines(good, bad)).statusCode).toBe(400);
    expect((await sendLines(bad, good)).statusCode).toBe(400);
    expect((await sendLines(good, good)).statusCode).toBe(400);
  });

  it("is the only place where a token is looked for", async () => {
    const inQuery = await fixture.call(`/payslips?access_token=${token}`);
    const inBody = await fixture.call("/bank-account", undefined, {
      method: "POST",
      body: new URLSearchParams({ access_token: token }),
    });
    const inCookie = await fixture.call("/payslips", undefined, {
      headers: { cookie: `access_token=${token}` },
    });
    const statuses = [inQuery, inBody, inCookie].map(({ status }) => status);
    expect(statuses).toEqual([401, 401, 401]);
  });
});
