import { afterAll, describe, expect, it } from "vitest";
import { decodeJwt } from "jose";
import {
  claimsFor,
  readTokenResponse,
  refresh,
  signIn,
  startTestSandbox,
  turn,
} from "../test-client.js";
import type { SignedIn } from "../test-client.js";

const sandbox = await startTestSandbox();
afterAll(() => sandbox.close());

const GRAPH_SCOPES = "openid profile offline_access User.Read";

function signInForGraph(person: string, claims = claimsFor()): Promise<SignedIn> {
  return signIn(sandbox, { person }, { scope: GRAPH_SCOPES, claims });
}

function callMe(accessToken: string): Promise<Response> {
  return fetch(`${sandbox.url}/v1.0/me`, { headers: { authorization: `Bearer ${accessToken}` } });
}

async function renew(refreshToken: string, claims?: string): Promise<string> {
  const changes = { scope: GRAPH_SCOPES, claims: claims ?? claimsFor() };
  return (await readTokenResponse(await refresh(sandbox, refreshToken, changes))).access_token;
}

/** Returns the claims of the challenge in a response. */
function readChallenge(response: Response): unknown {
  const header = response.headers.get("www-authenticate") ?? "";
  const claims = /error="insufficient_claims", claims="([^"]+)"$/.exec(header)?.[1];
  return claims === undefined ? undefined : JSON.parse(atob(claims));
}

describe("Graph's /v1.0/me", () => {
  it("returns the person of the token", async () => {
    const { access_token, idClaims } = await signInForGraph("Cleo");
    const response = await callMe(access_token);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      id: idClaims["oid"],
      userPrincipalName: "cleo@sandbox.example",
    });
  });

  it("refuses a request without a token, and names the authority", async () => {
    const response = await fetch(`${sandbox.url}/v1.0/me`);
    expect(response.status).toBe(401);
    expect(response.headers.get("www-authenticate")).toContain(
      `authorization_uri="${sandbox.url}/common/oauth2/authorize"`,
    );
    expect(await response.json()).toMatchObject({ error: { code: "InvalidAuthenticationToken" } });
  });

  it("refuses tokens for another audience, and ID tokens", async () => {
    const forPayroll = await signIn(sandbox);
    for (const token of [forPayroll.access_token, forPayroll.id_token]) {
      expect((await callMe(token)).status).toBe(401);
    }
  });

  it("refuses a token whose payload was changed", async () => {
    const { access_token } = await signInForGraph("Ada");
    const [header = "", payload = "", signature = ""] = access_token.split(".");
    const claims = JSON.parse(Buffer.from(payload, "base64url").toString()) as object;
    const forged = Buffer.from(JSON.stringify({ ...claims, name: "Eve" })).toString("base64url");
    expect((await callMe([header, forged, signature].join("."))).status).toBe(401);
  });

  it("refuses a token without the scope, with 403", async () => {
    const { access_token } = await signIn(sandbox, {}, { scope: "openid profile" });
    expect((await callMe(access_token)).status).toBe(403);
  });

  it("refuses an expired token", async () => {
    const { access_token } = await signInForGraph("Ada");
    sandbox.advance(2 * 3_600_000);
    expect((await callMe(access_token)).status).toBe(401);
  });
});

describe("continuous access evaluation", () => {
  it("challenges a token from before the revocation, and accepts the silently renewed one", async () => {
    const { access_token, refresh_token } = await signInForGraph("Ada");
    await turn(sandbox, "people/ada/revoke-sessions", { grant: "kept" });
    const response = await callMe(access_token);
    expect(response.status).toBe(401);
    const claims = readChallenge(response);
    expect(claims).toEqual({
      access_token: {
        nbf: { essential: true, value: expect.stringMatching(/^\d{10}$/) as string },
      },
    });
    const renewed = await renew(refresh_token, JSON.stringify(claims));
    expect((await callMe(renewed)).status).toBe(200);
  });

  it("does not challenge others when one person's sessions are revoked", async () => {
    const { access_token } = await signInForGraph("Cleo");
    await turn(sandbox, "people/ada/revoke-sessions", {});
    expect((await callMe(access_token)).status).toBe(200);
  });

  it("requires a new sign-in when the grant is revoked as well", async () => {
    const { access_token, refresh_token, walk } = await signInForGraph("Ada");
    await turn(sandbox, "people/ada/revoke-sessions", { grant: "gone" });
    expect((await callMe(access_token)).status).toBe(401);
    const refusal = await readTokenResponse(await refresh(sandbox, refresh_token));
    expect(refusal).toMatchObject({
      error: "invalid_grant",
      error_codes: [50173],
      suberror: "bad_token",
    });
    const again = await signIn(sandbox, { cookies: walk.cookies }, { scope: GRAPH_SCOPES });
    expect(again.walk.pagesSeen).toContain("Enter password");
    expect((await callMe(again.access_token)).status).toBe(200);
  });

  it("challenges a token from another network, until it is renewed there", async () => {
    const { access_token, refresh_token } = await signInForGraph("Ada");
    await turn(sandbox, "people/ada", { network: "elsewhere" });
    const challenge = readChallenge(await callMe(access_token));
    expect(challenge).toMatchObject({
      access_token: { xms_rp_ipaddr: { value: "198.51.100.20" }, nbf: { essential: true } },
    });
    const renewed = await renew(refresh_token);
    expect(decodeJwt(renewed)["ipaddr"]).toBe("198.51.100.20");
    expect((await callMe(renewed)).status).toBe(200);
    await turn(sandbox, "people/ada", { network: "office" });
    expect((await callMe(renewed)).status).toBe(401);
  });

  it("does not challenge clients that do not handle challenges", async () => {
    const { access_token } = await signInForGraph("Ada", "{}");
    await turn(sandbox, "people/ada/revoke-sessions", {});
    expect((await callMe(access_token)).status).toBe(200);
  });
});
