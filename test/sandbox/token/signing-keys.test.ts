import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from "jose";
import { describe, expect, it } from "vitest";
import { setUpForEach } from "../../support/set-up.js";
import { readTokenResponse, refresh, signIn, startTestSandbox, turn } from "../test-client.js";

const sandbox = setUpForEach(() => startTestSandbox());

function keysUrl(): URL {
  return new URL(`${sandbox.url}/${sandbox.tenantId}/discovery/v2.0/keys`);
}

async function publishedKids(): Promise<string[]> {
  const { keys } = (await (await fetch(keysUrl())).json()) as { keys: { kid: string }[] };
  return keys.map(({ kid }) => kid);
}

describe("a rotation of the signing key", () => {
  it("signs with a new key, and tokens of the old one verify for two hours", async () => {
    const before = await signIn(sandbox);
    await turn(sandbox, "rotate-keys", {});
    const after = await readTokenResponse(await refresh(sandbox, before.refresh_token));
    const [oldKid, newKid] = [before.id_token, after.id_token].map(
      (token) => decodeProtectedHeader(token).kid,
    );
    expect(newKid).not.toBe(oldKid);
    expect(await publishedKids()).toEqual([newKid, oldKid]);
    for (const token of [before.access_token, after.access_token]) {
      await expect(jwtVerify(token, createRemoteJWKSet(keysUrl()))).resolves.toBeDefined();
    }
    sandbox.advance(2 * 60 * 60_000);
    expect(await publishedKids()).toEqual([newKid]);
  });

  it("leaves tokens of the old key usable at Graph", async () => {
    const { access_token } = await signIn(sandbox, {}, { scope: "openid User.Read" });
    await turn(sandbox, "rotate-keys", {});
    const headers = { Authorization: `Bearer ${access_token}` };
    expect((await fetch(`${sandbox.url}/v1.0/me`, { headers })).status).toBe(200);
  });

  it("leaves events verifiable for the APIs", async () => {
    await turn(sandbox, "rotate-keys", {});
    const { deliveries } = await turn(sandbox, "people/ada/revoke-sessions", {});
    expect(deliveries.map(({ outcome }) => outcome)).toEqual(["accepted"]);
  });
});
