import { beforeEach, describe, expect, it } from "vitest";
import { type IdTokenExpectation, readIdTokenClaims } from "../../src/auth/id-token-claims.js";
import { createIdTokenVerifier, type VerifyIdToken } from "../../src/auth/id-token.js";
import { startAuthority } from "../support/authority.js";
import { setUpForAll } from "../support/set-up.js";
import {
  ACCESS_TOKEN,
  CLIENT_ID,
  metadataOf,
  nowSeconds,
  signIdToken,
} from "./id-token-fixture.js";

const TENANT = "3f1c9a52-7b8e-4d0a-9c61-2f5e8d7b4a10";
const ISSUER = `https://login.example.com/${TENANT}/v2.0`;
const METADATA = {
  issuer: ISSUER,
  authorization_endpoint: "https://login.example.com/authorize",
  token_endpoint: "https://login.example.com/token",
  jwks_uri: "https://login.example.com/keys",
  end_session_endpoint: "https://login.example.com/logout",
};
/** In seconds. */
const NOW = 1_700_000_000;
const REQUESTED = NOW - 60;
const CLAIMS = { iss: ISSUER, aud: "client", oid: "ada", tid: TENANT, sub: "s", ver: "2.0" };

function read(claims: object, expected: Partial<IdTokenExpectation> = {}) {
  return readIdTokenClaims(
    { payload: { ...CLAIMS, iat: NOW, nonce: "nonce", ...claims }, protectedHeader: { alg: "x" } },
    {
      metadata: METADATA,
      clientId: "client",
      accessToken: "token",
      authorization: { nonce: "nonce", requestedAt: REQUESTED * 1000 },
      ...expected,
    },
    NOW * 1000,
  );
}

/** Returns the code of the error, if there is one. */
function codeOf(...parameters: Parameters<typeof read>): unknown {
  try {
    read(...parameters);
    return undefined;
  } catch (error) {
    return (error as { code: string }).code;
  }
}

describe("the time at which an ID token was issued", () => {
  it.each([
    ["five minutes ahead", NOW + 300, undefined],
    ["more than five minutes ahead", NOW + 301, "ERR_ID_TOKEN_INVALID"],
    ["ten minutes before the request", REQUESTED - 600, undefined],
    ["more than ten minutes before the request", REQUESTED - 601, "ERR_ID_TOKEN_INVALID"],
    ["not named", undefined, "ERR_ID_TOKEN_INVALID"],
  ])("may be so far from this clock: %s", (_when, iat, code) => {
    expect(codeOf({ iat })).toBe(code);
  });

  it("may be any before, after a refresh", () => {
    expect(codeOf({ iat: 1, nonce: undefined }, { authorization: undefined })).toBeUndefined();
  });

  it.each([
    ["fits", NOW, "ERR_ID_TOKEN_INVALID"],
    ["is five minutes behind", NOW - 300, "ERR_ID_TOKEN_INVALID"],
    ["is five minutes ahead", NOW + 300, "ERR_ID_TOKEN_INVALID"],
    ["is further behind", NOW - 301, "ERR_CLOCK_SKEW"],
    ["is further ahead", NOW + 301, "ERR_CLOCK_SKEW"],
    ["is not known", undefined, "ERR_ID_TOKEN_INVALID"],
    ["is not readable", NaN, "ERR_ID_TOKEN_INVALID"],
  ])(
    "is the operator's matter when the authority's clock does not fit: it %s",
    (_how, at, code) => {
      const authorityTime = at === undefined ? undefined : at * 1000;
      for (const iat of [NOW + 10_000, REQUESTED - 10_000]) {
        expect(codeOf({ iat }, { authorityTime })).toBe(code);
      }
    },
  );
});

describe("the claims of an ID token", () => {
  it("are trimmed where they are for display, and absent when they are no text", () => {
    const odd = { email: " ", upn: 7, sid: "", login_hint: null, acr: {}, auth_time: "now" };
    expect(read({ name: " Ada ", preferred_username: "ada", ...odd })).toEqual({
      ...{ oid: "ada", tid: TENANT, sub: "s", iss: ISSUER, iat: NOW },
      ...{ name: "Ada", preferred_username: "ada" },
    });
    const known = { email: "e", upn: "u", sid: "s", login_hint: "h", acr: "a", auth_time: 1 };
    expect(read(known)).toMatchObject(known);
  });

  it.each(["oid", "tid", "sub", "iss"])("are not enough without %s", (name) => {
    for (const value of [undefined, "", 7]) {
      expect(codeOf({ [name]: value })).toBe("ERR_AUTHORITY_UNFIT");
    }
  });

  it("are of this tenant, whoever signed them", () => {
    expect(codeOf({ tid: "another" })).toBe("ERR_ID_TOKEN_INVALID");
  });
});

const authority = setUpForAll(() => startAuthority());
let verify: VerifyIdToken;

beforeEach(() => {
  verify = createIdTokenVerifier(fetch, () => Date.now());
});

/** Verifies a token whose response says that the authority's clock is so far ahead. */
async function verifyWhen(aheadSeconds: number, claims: Record<string, unknown>): Promise<unknown> {
  return verify(await signIdToken(authority, { nonce: undefined, ...claims }), {
    metadata: metadataOf(authority),
    clientId: CLIENT_ID,
    accessToken: ACCESS_TOKEN,
    authorityTime: Date.now() + aheadSeconds * 1000,
  });
}

describe("an ID token when a clock is wrong", () => {
  it.each([
    ["has expired", -3_600, { exp: nowSeconds() - 3_000 }],
    ["is not valid yet", 3_600, { nbf: nowSeconds() + 3_000 }],
  ])("is no fault of the person when it %s", async (_what, ahead, claims) => {
    await expect(verifyWhen(ahead, claims)).rejects.toMatchObject({ code: "ERR_CLOCK_SKEW" });
    await expect(verifyWhen(0, claims)).rejects.toMatchObject({ code: "ERR_ID_TOKEN_INVALID" });
  });

  it.each([
    ["is for another client", { aud: "another" }],
    ["is of another issuer", { iss: "https://login.example.com/v2.0" }],
    ["has no end", { exp: undefined }],
  ])("is as invalid as at any time when it %s", async (_what, claims) => {
    const invalid = { code: "ERR_ID_TOKEN_INVALID", cause: expect.any(Error) as Error };
    await expect(verifyWhen(3_600, claims)).rejects.toMatchObject(invalid);
  });
});
