import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Auth, createAuth } from "../../src/auth/create-auth.js";
import type { AuthorizationRequest } from "../../src/auth/authorization-request.js";
import type { CodeRedemption, RedemptionResult } from "../../src/auth/redeem-code.js";
import { createMemoryStore } from "../../src/store/memory-store.js";
import { behave, startAuthority, type TestAuthority } from "../support/authority.js";
import { claimsRequest } from "../support/claims-request.js";
import { tokenError } from "../support/authority-grants.js";
import { clientInfo, makePerson } from "../support/authority-tokens.js";

const CLIENT_ID = randomUUID();
const CLAIMS = claimsRequest({ access_token: { acrs: { essential: true, value: "c1" } } });
const FLOW = {
  scopes: ["User.Read"],
  redirectUri: "http://localhost:3000/redirect",
  state: randomUUID(),
  nonce: randomUUID(),
  codeVerifier: randomUUID() + randomUUID(),
  requestedAt: Date.now(),
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
  behave(authority);
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
    ["is none that the authority issued", tokenError(9002313, "invalid_request"), "interactive"],
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
    ["names somebody else", { client_info: clientInfo(randomUUID(), makePerson("Mallory")) }],
    ["is no JSON", { client_info: "?" }],
    ["is missing", { client_info: undefined }],
  ])("is of the ID token's person when client_info %s", async (_name, tokenResponse) => {
    authority.misissue.tokenResponse = tokenResponse;
    const redeemed = await redeem();
    if (redeemed.kind !== "redeemed") throw new Error("The code was refused");
    const { oid } = authority.person;
    expect(redeemed.idToken.oid).toBe(oid);
    const { Account: accounts } = JSON.parse(redeemed.tokens) as { readonly Account: object };
    expect(Object.values(accounts)).toMatchObject([
      { home_account_id: `${oid}.${authority.tenantId}`, local_account_id: oid },
    ]);
  });

  it.each(["DPoP", "mac", "N_A", "", undefined])(
    "gives nothing when the type of its access token is %j",
    async (type) => {
      authority.misissue.tokenResponse = { token_type: type };
      await expect(redeem()).rejects.toMatchObject({ code: "ERR_AUTHORITY_UNFIT", status: 502 });
    },
  );

  it("gives tokens when their type is written in another case", async () => {
    authority.misissue.tokenResponse = { token_type: "bearer" };
    expect(await redeem()).toMatchObject({ kind: "redeemed" });
  });

  it.each([undefined, null, "", "x", 7])(
    "gives nothing when its ID token is %j",
    async (idToken) => {
      authority.misissue.tokenResponse = { id_token: idToken };
      await expect(redeem()).rejects.toMatchObject({ code: "ERR_ID_TOKEN_INVALID", status: 400 });
    },
  );

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
