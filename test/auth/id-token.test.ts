import { randomUUID } from "node:crypto";
import type { JWTPayload } from "jose";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { createIdTokenVerifier, type VerifyIdToken } from "../../src/auth/id-token.js";
import type { AuthorityMetadata } from "../../src/auth/authority/authority.js";
import { startAuthority, type TestAuthority } from "../support/authority.js";
import type { Deviation } from "../support/authority-keys.js";

const CLIENT_ID = randomUUID();
const NONCE = "the nonce of the authorization request";
const SKEW_SECONDS = 300;

let authority: TestAuthority;
let metadata: AuthorityMetadata;
let verify: VerifyIdToken;

beforeAll(async () => {
  authority = await startAuthority();
  metadata = {
    issuer: authority.issuer,
    authorization_endpoint: `${authority.url}/authorize`,
    token_endpoint: `${authority.url}/token`,
    end_session_endpoint: `${authority.url}/logout`,
    jwks_uri: `${authority.url}/${authority.tenantId}/discovery/v2.0/keys`,
  };
});

beforeEach(() => {
  authority.seen.length = 0;
  verify = createIdTokenVerifier(fetch, () => Date.now());
});

afterEach(() => {
  vi.useRealTimers();
});

afterAll(() => authority.close());

function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}

/** A token that fits, but for these members; `undefined` removes one. */
async function tokenWith(claims: JWTPayload = {}, deviation: Deviation = {}): Promise<string> {
  const iat = nowSeconds();
  return authority.sign(
    {
      ...{ iss: authority.issuer, aud: CLIENT_ID, tid: authority.tenantId, nonce: NONCE },
      ...{ iat, nbf: iat, exp: iat + 3600, oid: "person", sub: "pairwise" },
      ...claims,
    },
    deviation,
  );
}

async function verifyToken(token: string) {
  return verify(token, { metadata, clientId: CLIENT_ID, nonce: NONCE });
}

function keyRequests(): number {
  return authority.requestsTo("/keys").length;
}

describe("an ID token that fits", () => {
  it("gives its claims and nothing more", async () => {
    const names = { name: "Ada", preferred_username: "ada@contoso.example" };
    const claims = await verifyToken(await tokenWith({ ...names, acrs: ["c1"] }));
    const { tenantId: tid } = authority;
    expect(claims).toEqual({ oid: "person", tid, sub: "pairwise", ...names });
  });

  it.each([
    ["expired a moment ago", { exp: -SKEW_SECONDS + 60 }],
    ["is valid in a moment", { nbf: SKEW_SECONDS - 60 }],
    ["was issued in a moment", { iat: SKEW_SECONDS - 60 }],
  ])("is taken when it %s: clocks differ", async (_name, offsets) => {
    const [entry] = Object.entries(offsets);
    const claims = Object.fromEntries([[entry?.[0] ?? "", nowSeconds() + (entry?.[1] ?? 0)]]);
    await expect(verifyToken(await tokenWith(claims))).resolves.toMatchObject({ oid: "person" });
  });

  it("is taken without a claim for display that is blank or no text", async () => {
    const claims = await verifyToken(await tokenWith({ name: "  ", preferred_username: 7 }));
    expect(claims.name ?? claims.preferred_username).toBeUndefined();
  });

  it("is taken from an audience of one", async () => {
    const token = await tokenWith({ aud: [CLIENT_ID] });
    await expect(verifyToken(token)).resolves.toMatchObject({ oid: "person" });
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
    ["has expired", { exp: offset(-SKEW_SECONDS - 1) }],
    ["never expires", { exp: undefined }],
    ["is not valid yet", { nbf: offset(SKEW_SECONDS + 60) }],
    ["is from the future", { iat: offset(SKEW_SECONDS + 60), nbf: undefined }],
    ["is of no time", { iat: undefined }],
  ] as const)("is refused when it %s", async (_name, claims) => {
    const entries = Object.entries(claims).map(([name, value]: [string, unknown]) => [
      name,
      typeof value === "function" ? (value as () => number)() : value,
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
    ["it is signed with the public key as a secret", { signedBy: "public-key-as-secret" }],
    ["it is not signed", { signedBy: "none" }],
    ["it names a key that nobody knows", { header: { kid: "unknown" } }],
  ] as const)("is refused when %s", async (_name, deviation) => {
    const token = await tokenWith({}, deviation);
    await expect(verifyToken(token)).rejects.toMatchObject({ code: "ERR_ID_TOKEN_INVALID" });
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

describe("the authority's keys", () => {
  it("are fetched once for any number of tokens", async () => {
    const token = await tokenWith();
    await Promise.all(Array.from({ length: 20 }, () => verifyToken(token)));
    await verifyToken(await tokenWith());
    expect(keyRequests()).toBe(1);
  });

  it("are fetched once more for a key that is new", async () => {
    await verifyToken(await tokenWith());
    await authority.rotateKey();
    vi.useFakeTimers({ now: Date.now() + 31_000, toFake: ["Date"] });
    await expect(verifyToken(await tokenWith())).resolves.toMatchObject({ oid: "person" });
    expect(keyRequests()).toBe(2);
  });

  it("are not fetched again and again for keys that nobody has", async () => {
    for (let count = 0; count < 10; count += 1) {
      const token = await tokenWith({}, { header: { kid: `unknown-${count}` } });
      await expect(verifyToken(token)).rejects.toMatchObject({ code: "ERR_ID_TOKEN_INVALID" });
    }
    expect(keyRequests()).toBe(1);
  });

  it("are fetched anew after a day", async () => {
    await verifyToken(await tokenWith());
    vi.useFakeTimers({ now: Date.now() + 24 * 60 * 60 * 1000, toFake: ["Date"] });
    await verifyToken(await tokenWith());
    expect(keyRequests()).toBe(2);
  });

  it.each([
    ["nobody answers", () => Promise.reject(new TypeError("fetch failed"))],
    ["the answer is an error", () => Promise.resolve(new Response("", { status: 500 }))],
    ["the answer is a redirect", () => Promise.resolve(new Response("", { status: 302 }))],
    ["the answer is a page", () => Promise.resolve(new Response("<h1>Hello</h1>"))],
    ["the answer holds no keys", () => Promise.resolve(Response.json({ error: "x" }))],
    ["the time is over", () => Promise.reject(new DOMException("", "TimeoutError"))],
  ])("are not to be had when %s, which is no fault of the token", async (_name, answer) => {
    verify = createIdTokenVerifier(answer, Date.now);
    const failing = verifyToken(await tokenWith());
    await expect(failing).rejects.toMatchObject({ code: "ERR_AUTHORITY_UNAVAILABLE", status: 503 });
  });

  it("are asked for again once they can be had", async () => {
    const answers = vi.fn<typeof fetch>(fetch).mockRejectedValueOnce(new TypeError("fetch failed"));
    verify = createIdTokenVerifier(answers, Date.now);
    const token = await tokenWith();
    await expect(verifyToken(token)).rejects.toMatchObject({ code: "ERR_AUTHORITY_UNAVAILABLE" });
    await expect(verifyToken(token)).resolves.toMatchObject({ oid: "person" });
  });
});
