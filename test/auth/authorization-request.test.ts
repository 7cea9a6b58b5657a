import { createHash, randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createAuth } from "../../src/auth/create-auth.js";
import { createMemoryStore } from "../../src/store/memory-store.js";
import { startAuthority } from "../support/authority.js";
import { claimsRequest } from "../support/claims-request.js";
import { setUpForAll } from "../support/set-up.js";

const CLIENT_ID = randomUUID();
const CLAIMS = claimsRequest({ access_token: { acrs: { essential: true, value: "c1" } } });
const FLOW = {
  scopes: ["User.Read"],
  redirectUri: "http://localhost:3000/redirect",
  state: randomUUID(),
  nonce: randomUUID(),
  codeVerifier: randomUUID() + randomUUID(),
};

const authority = setUpForAll(() => startAuthority());
const auth = setUpForAll(() =>
  createAuth({
    settings: { cloudInstance: authority.url, tenantId: authority.tenantId },
    client: { clientId: CLIENT_ID, credential: { kind: "secret", clientSecret: "secret" } },
    store: createMemoryStore(),
  }),
);

describe("an authorization request", () => {
  it("asks for a code by query, bound to state, nonce and verifier, and declares cp1", async () => {
    const { origin, searchParams } = new URL(await auth.authorizationUrl(FLOW));
    expect(origin).toBe(authority.url);
    const challenge = createHash("sha256").update(FLOW.codeVerifier).digest("base64url");
    expect(Object.fromEntries(searchParams)).toMatchObject({
      client_id: CLIENT_ID,
      response_type: "code",
      response_mode: "query",
      redirect_uri: FLOW.redirectUri,
      scope: "User.Read openid profile offline_access",
      state: FLOW.state,
      nonce: FLOW.nonce,
      code_challenge: challenge,
      code_challenge_method: "S256",
    });
    const claims = JSON.parse(searchParams.get("claims") ?? "") as unknown;
    expect(claims).toMatchObject({ access_token: { xms_cc: { values: ["cp1"] } } });
    for (const name of ["prompt", "login_hint", "acr_values", "max_age"]) {
      expect(searchParams.has(name)).toBe(false);
    }
  });

  it("carries what a step-up asks for", async () => {
    const url = await auth.authorizationUrl({
      ...FLOW,
      claims: CLAIMS,
      loginHint: "hint",
      signInAfresh: true,
      acrValues: ["first", "second"],
      maxAgeSeconds: 0,
    });
    expect(Object.fromEntries(new URL(url).searchParams)).toMatchObject({
      login_hint: "hint",
      prompt: "login",
      acr_values: "first second",
      max_age: "0",
    });
    expect(new URL(url).searchParams.get("claims")).toContain(
      '"acrs":{"essential":true,"value":"c1"}',
    );
  });

  it.each([{}, { signInAfresh: true }] as const)(
    "lets the person choose an account, also of those who are signed in: %j",
    async (more) => {
      const url = await auth.authorizationUrl({ ...FLOW, chooseAccount: true, ...more });
      expect(new URL(url).searchParams.get("prompt")).toBe("select_account");
    },
  );

  it("may have 8,000 octets", async () => {
    const { length } = await auth.authorizationUrl({ ...FLOW, state: "x" });
    const state = "x".repeat(8_000 - length + 1);
    expect(await auth.authorizationUrl({ ...FLOW, state })).toHaveLength(8_000);
    const refused = auth.authorizationUrl({ ...FLOW, state: `${state}x` });
    await expect(refused).rejects.toMatchObject({ code: "ERR_BAD_CHALLENGE" });
  });

  it("is refused when it is longer than browsers carry", async () => {
    const loginHint = "x".repeat(8_000);
    const refused = auth.authorizationUrl({ ...FLOW, loginHint });
    await expect(refused).rejects.toMatchObject({ code: "ERR_BAD_CHALLENGE" });
  });
});
