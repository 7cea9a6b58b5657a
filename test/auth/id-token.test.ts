import { createHash, randomUUID } from "node:crypto";
import type { JWTPayload } from "jose";
import { beforeEach, describe, expect, it } from "vitest";
import { createIdTokenVerifier, type VerifyIdToken } from "../../src/auth/id-token.js";
import type { IdTokenClaims } from "../../src/auth/id-token-claims.js";
import { startAuthority } from "../support/authority.js";
import type { Deviation } from "../support/authority-keys.js";
import { setUpForAll } from "../support/set-up.js";
import {
  ACCESS_TOKEN,
  CLIENT_ID,
  metadataOf,
  nowSeconds,
  signIdToken,
  verifyRedeemed,
} from "./id-token-fixture.js";

const SKEW_SECONDS = 300;
/** Entra's tokens say that they were issued five minutes before they were. */
const BACKDATED_SECONDS = 300;

const authority = setUpForAll(() => startAuthority());
let verify: VerifyIdToken;

beforeEach(() => {
  authority.seen.length = 0;
  verify = createIdTokenVerifier(fetch, () => Date.now());
});

function tokenWith(claims: JWTPayload = {}, deviation: Deviation = {}): Promise<string> {
  return signIdToken(authority, claims, deviation);
}

function verifyToken(token: string): Promise<IdTokenClaims> {
  return verifyRedeemed(verify, authority, token);
}

function verifyRenewed(token: string): Promise<IdTokenClaims> {
  const metadata = metadataOf(authority);
  return verify(token, { metadata, clientId: CLIENT_ID, accessToken: ACCESS_TOKEN });
}

/** Returns the `at_hash` of an access token. */
function hashOf(accessToken: string): string {
  return createHash("sha256").update(accessToken).digest().subarray(0, 16).toString("base64url");
}

describe("an ID token that fits", () => {
  it("gives its claims and nothing more", async () => {
    const names = { name: "Ada", preferred_username: "ada@contoso.example" };
    const claims = await verifyToken(await tokenWith({ ...names, acrs: ["c1"] }));
    const { tenantId: tid, issuer: iss } = authority;
    const iat = expect.any(Number) as number;
    expect(claims).toEqual({ oid: "person", tid, iss, iat, sub: "pairwise", ...names });
  });

  it.each([
    ["expired a moment ago", { exp: -SKEW_SECONDS + 60 }],
    ["is valid in a moment", { nbf: SKEW_SECONDS - 60 }],
    ["was issued in a moment", { iat: SKEW_SECONDS - 60 }],
    ["was issued a moment before the request", { iat: -SKEW_SECONDS - BACKDATED_SECONDS + 60 }],
  ])("is taken when it %s: clocks differ", async (_name, offsets) => {
    const [entry] = Object.entries(offsets);
    const claims = Object.fromEntries([[entry?.[0] ?? "", nowSeconds() + (entry?.[1] ?? 0)]]);
    await expect(verifyToken(await tokenWith(claims))).resolves.toMatchObject({ oid: "person" });
  });

  it("is taken without a claim for display that is blank or no text", async () => {
    const claims = await verifyToken(await tokenWith({ name: "  ", preferred_username: 7 }));
    expect(claims.name ?? claims.preferred_username).toBeUndefined();
  });

  it.each([
    ["names an audience of one", { aud: [CLIENT_ID] }, {}],
    ["names this client as the authorized party", { azp: CLIENT_ID }, {}],
    ["has the hash of its access token", { at_hash: hashOf(ACCESS_TOKEN) }, {}],
    ["has no type", {}, { header: { typ: undefined } }],
    ["has its type in lower case", {}, { header: { typ: "jwt" } }],
  ] as const)("is taken when it %s", async (_name, claims, deviation) => {
    const token = await tokenWith(claims as JWTPayload, deviation);
    await expect(verifyToken(token)).resolves.toMatchObject({ oid: "person" });
  });

  it("needs no nonce after a refresh, and may be of any time before", async () => {
    const token = await tokenWith({ nonce: undefined, iat: nowSeconds() - 3_000 });
    await expect(verifyRenewed(token)).resolves.toMatchObject({ oid: "person" });
  });
});

describe("an ID token that does not fit", () => {
  function offset(seconds: number): () => number {
    return () => nowSeconds() + seconds;
  }

  it.each([
    ["is for another client", { aud: randomUUID() }],
    ["is for several clients", { aud: [CLIENT_ID, randomUUID()] }],
    ["is for nobody", { aud: undefined }],
    ["is of another issuer", { iss: "https://login.microsoftonline.com/other/v2.0" }],
    ["is of no issuer", { iss: undefined }],
    ["is of another tenant", { tid: randomUUID() }],
    ["has another nonce", { nonce: "another" }],
    ["has no nonce", { nonce: undefined }],
    ["is of no version", { ver: undefined }],
    ["is of version 1", { ver: "1.0" }],
    ["is for another authorized party", { azp: randomUUID() }],
    ["is for an authorized party without a name", { azp: "" }],
    ["has the hash of another access token", { at_hash: hashOf("another") }],
    ["has a hash that is no text", { at_hash: 7 }],
    [
      "is older than the authorization request",
      { iat: offset(-SKEW_SECONDS - BACKDATED_SECONDS - 1), nbf: undefined },
    ],
    ["has an issuer that begins rightly", { iss: () => `${authority.issuer}/` }],
    ["has an issuer in capitals", { iss: () => authority.issuer.toUpperCase() }],
    ["has expired", { exp: offset(-SKEW_SECONDS - 1) }],
    ["never expires", { exp: undefined }],
    ["is not valid yet", { nbf: offset(SKEW_SECONDS + 60) }],
    ["is from the future", { iat: offset(SKEW_SECONDS + 60), nbf: undefined }],
    ["is of no time", { iat: undefined }],
  ] as const)("is refused when it %s", async (_name, claims) => {
    const entries = Object.entries(claims).map(([name, value]: [string, unknown]) => [
      name,
      typeof value === "function" ? (value as () => unknown)() : value,
    ]);
    const token = await tokenWith(Object.fromEntries(entries) as JWTPayload);
    await expect(verifyToken(token)).rejects.toMatchObject({ code: "ERR_ID_TOKEN_INVALID" });
  });

  it.each(["oid", "tid", "sub"])("is no fault of the person when it lacks %s", async (claim) => {
    for (const value of [undefined, "", 7]) {
      const error: unknown = await verifyToken(await tokenWith({ [claim]: value })).catch(String);
      expect(error).toContain(`ID tokens lack a claim that this app needs: ${claim}.`);
    }
  });

  it.each([
    ["a stranger signed it under the authority's key id", { signedBy: "stranger" }],
    ["it is signed with another algorithm", { signedBy: "other-algorithm" }],
    ["it is an access token", { header: { typ: "at+jwt" } }],
    ["it is a logout token", { header: { typ: "logout+jwt" } }],
    ["it is a security event token", { header: { typ: "secevent+jwt" } }],
    ["it is signed with the public key as a secret", { signedBy: "public-key-as-secret" }],
    ["it is not signed", { signedBy: "none" }],
    ["it names a key that nobody knows", { header: { kid: "unknown" } }],
  ] as const)("is refused when %s", async (_name, deviation) => {
    const token = await tokenWith({}, deviation);
    await expect(verifyToken(token)).rejects.toMatchObject({ code: "ERR_ID_TOKEN_INVALID" });
  });

  it("is refused after a refresh by all the other rules", async () => {
    for (const claims of [
      { aud: randomUUID() },
      { iss: "https://x" },
      { exp: 1 },
      { ver: "1.0" },
    ]) {
      const renewed = verifyRenewed(await tokenWith(claims));
      await expect(renewed).rejects.toMatchObject({ code: "ERR_ID_TOKEN_INVALID" });
    }
  });

  it.each(["", "x", "a.b.c", "e30.e30.e30"])("is refused when it is no token: %j", async (text) => {
    await expect(verifyToken(text)).rejects.toMatchObject({ code: "ERR_ID_TOKEN_INVALID" });
  });

  it("is refused when somebody changed it", async () => {
    const [header, , signature] = (await tokenWith()).split(".");
    const [, payload] = (await tokenWith({ oid: "another person" })).split(".");
    const token = [header, payload, signature].join(".");
    await expect(verifyToken(token)).rejects.toMatchObject({ code: "ERR_ID_TOKEN_INVALID" });
  });
});
