import { beforeAll, describe, expect, it } from "vitest";
import {
  AUDIENCE,
  nowSeconds,
  PAYSLIPS_TOKEN,
  readChallenge,
  startPayrollApiFixture,
} from "../payroll-api-fixture.js";
import type { PayrollApiFixture } from "../payroll-api-fixture.js";

function secondsFromNow(seconds: number): number {
  return nowSeconds() + seconds;
}

describe("an access token", () => {
  let fixture: PayrollApiFixture;

  beforeAll(async () => {
    fixture = await startPayrollApiFixture();
    return fixture.close;
  });

  async function present(token: string): Promise<Response> {
    return fixture.call("/payslips", token);
  }

  function expectInvalidToken(response: Response): void {
    const { header, claims } = readChallenge(response);
    expect(response.status).toBe(401);
    expect(header).toContain('error="invalid_token"');
    expect(claims).toBeUndefined();
  }

  it("is accepted when nothing is wrong with it", async () => {
    expect((await fixture.getPayslips()).status).toBe(200);
  });

  it.each([
    ["unsigned", { signedBy: "none" }],
    ["unsigned and typed in capitals", { signedBy: "none", header: { alg: "NONE" } }],
    ["signed with the public key as a secret", { signedBy: "public-key-as-secret" }],
    ["signed by a stranger", { signedBy: "stranger" }],
    ["signed by a key that the authority does not publish", { header: { kid: "unknown" } }],
    ["a security event token", { header: { typ: "secevent+jwt" } }],
    ["a logout token", { header: { typ: "logout+jwt" } }],
  ] as const)("is refused when it is %s", async (_what, deviation) => {
    expectInvalidToken(await fixture.getPayslips({}, deviation));
  });

  it("is refused when it brings the key that it is signed with", async () => {
    const { keys } = (await (
      await fetch(`${fixture.authority.url}/${fixture.authority.tenantId}/discovery/v2.0/keys`)
    ).json()) as { keys: object[] };
    const header = { jwk: keys[0], jku: "https://attacker.example/keys" };
    expectInvalidToken(await fixture.getPayslips({}, { signedBy: "stranger", header }));
  });

  it.each([
    ["has expired", { exp: secondsFromNow(-120) }],
    ["never expires", { exp: undefined }],
    ["is not valid yet", { nbf: secondsFromNow(120) }],
    ["is issued in the future", { iat: secondsFromNow(120) }],
    ["does not say when it was issued", { iat: undefined }],
    ["is for another audience", { aud: "https://graph.microsoft.com" }],
    ["is for an audience that ours begins", { aud: `${AUDIENCE}.evil.example` }],
    ["is for several audiences", { aud: [AUDIENCE, "https://graph.microsoft.com"] }],
    ["is for nobody", { aud: undefined }],
    ["is of another issuer", { iss: "https://login.microsoftonline.com/other/v2.0" }],
    ["is of no issuer", { iss: undefined }],
    ["is of another tenant", { tid: "72f988bf-86f1-41af-91ab-2d7cd011db47" }],
    ["is of no tenant", { tid: undefined }],
    ["is a version 1.0 token", { ver: "1.0" }],
    ["names no person", { oid: undefined }],
    ["names a person by something else than text", { oid: ["a"] }],
    ["says the time of the sign-in as text", { auth_time: "yesterday" }],
  ])("is refused when it %s", async (_what, claims) => {
    expectInvalidToken(await fixture.getPayslips(claims));
  });

  it("says that it expired, for the client's developer", async () => {
    const response = await fixture.getPayslips({ exp: secondsFromNow(-120) });
    expect(readChallenge(response).header).toContain(
      'error_description="The access token expired"',
    );
  });

  it("tells nothing of a forged token's claims", async () => {
    const response = await fixture.getPayslips(
      { exp: secondsFromNow(-120) },
      { signedBy: "stranger" },
    );
    expect(readChallenge(response).header).toContain(
      'error_description="The access token is not valid"',
    );
  });

  it.each([
    ["expired within the clocks' difference", { exp: secondsFromNow(-20) }],
    ["begins within the clocks' difference", { iat: secondsFromNow(5), nbf: secondsFromNow(5) }],
  ])("is accepted when it %s", async (_what, claims) => {
    expect((await fixture.getPayslips(claims)).status).toBe(200);
  });

  it.each(["at+jwt", "application/at+jwt", "JWT", undefined])(
    "is accepted when its type is %s",
    async (typ) => {
      expect((await fixture.getPayslips({}, { header: { typ } })).status).toBe(200);
    },
  );

  it("is refused when a letter of it changes", async () => {
    const token = await fixture.authority.mintAccessToken(PAYSLIPS_TOKEN);
    const [header = "", payload = "", signature = ""] = token.split(".");
    const forged = Buffer.from(payload, "base64url")
      .toString()
      .replace("Payroll.Read", "Payroll.Rest");
    const other = Buffer.from(forged).toString("base64url");
    expectInvalidToken(await present([header, other, signature].join(".")));
    expectInvalidToken(await present([header, payload, signature.slice(0, -4)].join(".")));
    expectInvalidToken(await present([header, payload].join(".")));
  });

  it("is refused when it is an ID token", async () => {
    const { authority } = fixture;
    const idToken = {
      iss: authority.issuer,
      aud: "the-client-id",
      tid: authority.tenantId,
      ver: "2.0",
      oid: authority.person.oid,
      iat: secondsFromNow(0),
      exp: secondsFromNow(3600),
    };
    expectInvalidToken(await present(await authority.sign(idToken)));
    // Client and API may be one registration; an ID token still carries no scope.
    const sameAudience = await present(await authority.sign({ ...idToken, aud: AUDIENCE }));
    expect(sameAudience.status).toBe(403);
  });

  it("is refused with 403 when it carries other scopes only", async () => {
    for (const scp of ["Payroll.Write", "payroll.read", "Payroll.Read.All", "", undefined]) {
      const response = await fixture.getPayslips({ scp });
      expect(response.status).toBe(403);
      expect(readChallenge(response).header).toContain('error="insufficient_scope"');
      expect(readChallenge(response).header).toContain('scope="Payroll.Read"');
    }
  });
});

describe("the audience", () => {
  let fixture: PayrollApiFixture;

  beforeAll(async () => {
    fixture = await startPayrollApiFixture({ audience: ["a-guid", AUDIENCE] });
    return fixture.close;
  });

  it.each([
    ["a-guid", 200],
    [AUDIENCE, 200],
    [`a-guid,${AUDIENCE}`, 401],
  ])("may be one of several: %s leads to %i", async (aud, status) => {
    expect((await fixture.getPayslips({ aud })).status).toBe(status);
  });
});
