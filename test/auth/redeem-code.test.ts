import { createHash, randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Auth, createAuth } from "../../src/auth/create-auth.js";
import type { AuthorizationRequest } from "../../src/auth/authorization-request.js";
import type { CodeRedemption, RedemptionResult } from "../../src/auth/redeem-code.js";
import { createMemoryStore } from "../../src/store/memory-store.js";
import { startAuthority, type TestAuthority } from "../support/authority.js";
import { claimsRequest } from "../support/claims-request.js";
import { tokenError } from "../support/authority-grants.js";

const CLIENT_ID = randomUUID();
const CLAIMS = claimsRequest({ access_token: { acrs: { essential: true, value: "c1" } } });
const FLOW = {
  scopes: ["User.Read"],
  redirectUri: "http://localhost:3000/redirect",
  state: randomUUID(),
  nonce: randomUUID(),
  codeVerifier: randomUUID() + randomUUID(),
};

let authority: TestAuthority;
let auth: Auth;

beforeAll(async () => {
  authority = await startAuthority({ clientSecret: "secret" });
});

beforeEach(() => {
  authority.seen.length = 0;
  auth = createAuth({
    settings: { cloudInstance: authority.url, tenantId: authority.tenantId },
    client: { clientId: CLIENT_ID, credential: { kind: "secret", clientSecret: "secret" } },
    store: createMemoryStore(),
    wait: () => Promise.resolve(),
  });
});

afterEach(() => {
  authority.misissue.idToken = {};
  authority.misissue.idTokenSignature = {};
  authority.nextTokenAnswers.length = 0;
});

afterAll(() => authority.close());

/** Goes to the authority; gives the code that it sends back. */
async function authorize(request: Partial<AuthorizationRequest> = {}): Promise<string> {
  const url = await auth.authorizationUrl({ ...FLOW, ...request });
  const response = await fetch(url, { redirect: "manual" });
  return new URL(response.headers.get("location") ?? "").searchParams.get("code") ?? "";
}

async function redeem(redemption: Partial<CodeRedemption> = {}): Promise<RedemptionResult> {
  return auth.redeemCode({ ...FLOW, code: await authorize(), ...redemption });
}

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

  it("is refused when it is longer than browsers carry", async () => {
    const loginHint = "x".repeat(8_000);
    const refused = auth.authorizationUrl({ ...FLOW, loginHint });
    await expect(refused).rejects.toMatchObject({ code: "ERR_BAD_CHALLENGE" });
  });
});

describe("a code", () => {
  it("returns the ID token's claims and tokens to keep", async () => {
    const redeemed = await redeem();
    const { oid, username } = authority.person;
    expect(redeemed).toMatchObject({
      kind: "redeemed",
      idToken: {
        oid,
        tid: authority.tenantId,
        preferred_username: username,
        login_hint: `opaque-${oid}`,
      },
      tokens: expect.stringContaining(oid) as string,
    });
  });

  it("is redeemed with the claims of its request, and with its verifier", async () => {
    const code = await authorize({ claims: CLAIMS });
    await redeem({ code, claims: CLAIMS });
    const [authorization] = authority.requestsTo("/authorize");
    const [redemption, ...more] = authority.requestsTo("/token");
    expect(redemption?.params).toMatchObject({
      grant_type: "authorization_code",
      code,
      code_verifier: FLOW.codeVerifier,
      redirect_uri: FLOW.redirectUri,
      claims: authorization?.params.claims,
    });
    expect(more).toEqual([]);
  });

  it.each([
    ["is refused", tokenError(54005, "invalid_grant"), "interactive"],
    ["meets an outage", { status: 503 }, "transient"],
    ["meets a page", { status: 200, body: "<h1>Hello</h1>" }, "transient"],
    [
      "belongs to a client that is not known",
      tokenError(7000215, "invalid_client"),
      "unrecoverable",
    ],
  ] as const)("is sent once when it %s", async (_name, answer, handling) => {
    authority.nextTokenAnswers.push(answer, answer);
    expect(await redeem()).toMatchObject({ kind: "refused", refusal: { handling } });
    expect(authority.requestsTo("/token")).toHaveLength(1);
  });

  it("is not redeemed with another verifier", async () => {
    const redeemed = await redeem({ codeVerifier: randomUUID() + randomUUID() });
    expect(redeemed).toMatchObject({ kind: "refused", refusal: { support: { aadsts: 501481 } } });
  });

  it.each([
    ["another nonce", { nonce: "another" }, {}],
    ["another audience", { aud: randomUUID() }, {}],
    ["another tenant", { tid: randomUUID() }, {}],
    ["a time that is over", { exp: 1 }, {}],
    ["no signature", {}, { signedBy: "none" }],
    ["a stranger's signature", {}, { signedBy: "stranger" }],
  ] as const)("gives nothing when the ID token has %s", async (_name, idToken, signature) => {
    authority.misissue.idToken = idToken;
    authority.misissue.idTokenSignature = signature;
    await expect(redeem()).rejects.toMatchObject({ code: "ERR_ID_TOKEN_INVALID", status: 400 });
  });
});
