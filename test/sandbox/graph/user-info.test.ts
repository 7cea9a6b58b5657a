import { decodeJwt } from "jose";
import { afterAll, describe, expect, it } from "vitest";
import {
  claimsFor,
  obtainCode,
  readTokenResponse,
  redeem,
  signIn,
  startTestSandbox,
  turn,
} from "../test-client.js";

const sandbox = await startTestSandbox();
afterAll(() => sandbox.close());

const metadataUrl = `${sandbox.url}/common/v2.0/.well-known/openid-configuration`;
const metadata = (await (await fetch(metadataUrl)).json()) as { userinfo_endpoint: string };

function getUserInfo(token?: string, method = "GET"): Promise<Response> {
  const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` };
  return fetch(metadata.userinfo_endpoint, { method, headers });
}

describe("the UserInfo endpoint", () => {
  it("is at Graph, which is on the sandbox’s origin", () => {
    expect(metadata.userinfo_endpoint).toBe(`${sandbox.url}/oidc/userinfo`);
  });

  it.each(["openid profile email", "openid profile email User.Read offline_access"])(
    "returns the person to a token with the scope %s, with the sub of the ID token",
    async (scope) => {
      const { access_token, idClaims } = await signIn(sandbox, {}, { scope });
      for (const method of ["GET", "POST"]) {
        const response = await getUserInfo(access_token, method);
        expect(response.status).toBe(200);
        expect(await response.json()).toEqual({
          sub: idClaims.sub,
          name: "Ada Okafor",
          given_name: "Ada",
          family_name: "Okafor",
          email: "ada@sandbox.example",
        });
      }
      expect(idClaims["email"]).toBe("ada@sandbox.example");
    },
  );

  it("returns the sub alone to a token with the scope openid", async () => {
    const { access_token, idClaims } = await signIn(sandbox, {}, { scope: "openid" });
    expect(await (await getUserInfo(access_token)).json()).toEqual({ sub: idClaims.sub });
    expect(idClaims["email"]).toBeUndefined();
  });

  it("refuses a request without a token for Graph that has the scope openid", async () => {
    const ofPayroll = await signIn(sandbox);
    const withoutOpenid = await signInWithoutIdToken("User.Read");
    const refused = [
      undefined,
      "no-token",
      ofPayroll.access_token,
      ofPayroll.id_token,
      withoutOpenid,
    ];
    for (const token of refused) {
      const response = await getUserInfo(token);
      expect(response.status).toBe(401);
      expect(response.headers.get("WWW-Authenticate")).toMatch(/^Bearer /);
    }
  });

  it("raises a claims challenge when the token was revoked", async () => {
    const { access_token } = await signIn(sandbox, {}, { scope: "openid", claims: claimsFor() });
    await turn(sandbox, "people/ada/revoke-sessions", {});
    const response = await getUserInfo(access_token);
    expect(response.status).toBe(401);
    expect(response.headers.get("WWW-Authenticate")).toContain('error="insufficient_claims"');
  });
});

describe("the scopes in an access token", () => {
  it("are those of OpenID Connect as well, for Graph and for no other API", async () => {
    const scope = "openid profile email offline_access";
    const ofGraph = await signIn(sandbox, {}, { scope: `${scope} User.Read` });
    expect(ofGraph.accessClaims["scp"]).toBe("openid profile email User.Read");
    const ofPayroll = await signIn(sandbox, {}, { scope: `${scope} api://payroll/Payroll.Read` });
    expect(ofPayroll.accessClaims["scp"]).toBe("Payroll.Read");
  });
});

async function signInWithoutIdToken(scope: string): Promise<string> {
  const obtained = await obtainCode(sandbox, {}, { scope });
  const { access_token } = await readTokenResponse(await redeem(sandbox, obtained));
  expect(decodeJwt(access_token)["scp"]).toBe(scope);
  return access_token;
}
