import { decodeJwt, SignJWT } from "jose";
import { describe, expect, it } from "vitest";
import { cacheOf, withIndex } from "../../../src/auth/tokens/token-index.js";

const IDENTITY = { iss: "https://login.example", sub: "ada-here", oid: "ada", tid: "contoso" };

interface Cache {
  readonly IdToken: Readonly<Record<string, { readonly secret: string; readonly realm: string }>>;
}

async function signIdToken(): Promise<string> {
  const key = new TextEncoder().encode("a key of the tests that is long enough");
  return new SignJWT({ ...IDENTITY, name: "Ada" }).setProtectedHeader({ alg: "HS256" }).sign(key);
}

describe("an ID token of a stored session", () => {
  it("has the claims that identify the person, and no signature", async () => {
    const cache = { IdToken: { ada: { secret: await signIdToken(), realm: "contoso" } } };
    const stored = cacheOf(withIndex(JSON.stringify(cache)));
    const { ada } = (JSON.parse(stored) as Cache).IdToken;
    expect(decodeJwt(ada?.secret ?? "")).toEqual(IDENTITY);
    expect(ada?.secret.split(".")[2]).toBe("");
    expect(ada?.realm).toBe("contoso");
  });

  it("stays as it is when the tokens are stored again", async () => {
    const cache = { IdToken: { ada: { secret: await signIdToken(), realm: "contoso" } } };
    const stored = withIndex(JSON.stringify(cache));
    expect(withIndex(cacheOf(stored))).toBe(stored);
  });
});
