import { decodeJwt } from "jose";
import { describe, expect, it } from "vitest";
import { setUpForAll } from "../../support/set-up.js";
import { parametersOf, signIn, startTestSandbox } from "../test-client.js";

const HOME = {
  tenantId: "5a4db0c5-4444-4444-8444-000000000004",
  objectId: "5a4db0c5-ffff-4fff-8fff-00000000000f",
};

const sandbox = setUpForAll(() => startTestSandbox());

describe("a guest", () => {
  it("has the oid and tid of this tenant in tokens, and their home in client_info and idp", async () => {
    const { idClaims, accessClaims, walk } = await signIn(sandbox, { person: "Eli" });
    for (const claims of [idClaims, accessClaims]) {
      expect(claims).toMatchObject({
        tid: sandbox.tenantId,
        idp: `https://sts.windows.net/${HOME.tenantId}/`,
        preferred_username: "eli@partner.example",
      });
      expect(claims["oid"]).not.toBe(HOME.objectId);
    }
    const clientInfo = parametersOf(walk.location).get("client_info") ?? "";
    expect(JSON.parse(Buffer.from(clientInfo, "base64url").toString())).toEqual({
      uid: HOME.objectId,
      utid: HOME.tenantId,
    });
  });

  it("has a user principal name of this tenant at Graph", async () => {
    const { access_token } = await signIn(
      sandbox,
      { person: "Eli" },
      { scope: "openid User.Read" },
    );
    const headers = { Authorization: `Bearer ${access_token}` };
    const me = (await (await fetch(`${sandbox.url}/v1.0/me`, { headers })).json()) as object;
    expect(me).toMatchObject({
      userPrincipalName: "eli_partner.example#EXT#@sandbox.example",
      mail: "eli@partner.example",
      id: decodeJwt(access_token)["oid"],
    });
  });

  it("is the only one whose tokens name another identity provider", async () => {
    const { idClaims, accessClaims } = await signIn(sandbox, { person: "Ada" });
    expect([idClaims["idp"], accessClaims["idp"]]).toEqual([undefined, undefined]);
  });
});
