import { deflateRawSync } from "node:zlib";
import fc from "fast-check";
import { decodeJwt, SignJWT } from "jose";
import { describe, expect, it } from "vitest";
import { cacheOf, indexOf, withIndex } from "../../../src/auth/tokens/token-index.js";

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
    const stored = cacheOf(withIndex(JSON.stringify(cache))) ?? "";
    const { ada } = (JSON.parse(stored) as Cache).IdToken;
    expect(decodeJwt(ada?.secret ?? "")).toEqual(IDENTITY);
    expect(ada?.secret.split(".")[2]).toBe("");
    expect(ada?.realm).toBe("contoso");
  });

  it("stays as it is when the tokens are stored again", async () => {
    const cache = { IdToken: { ada: { secret: await signIdToken(), realm: "contoso" } } };
    const stored = withIndex(JSON.stringify(cache));
    expect(withIndex(cacheOf(stored) ?? "")).toBe(stored);
  });
});

describe("the stored tokens of a session", () => {
  const secret = fc.oneof(
    fc.base64String({ minLength: 1, maxLength: 40 }),
    fc.string({ unit: "binary", maxLength: 10 }),
    fc.constantFrom("", "a\nb", 'a"b', "\ud800", "same", "same"),
  );
  const table = fc.dictionary(fc.string(), fc.record({ secret, target: fc.string() }), {
    noNullPrototype: true,
  });
  const cache = fc.record({ AccessToken: table, RefreshToken: table }, { requiredKeys: [] });

  it("give back the cache that they were made from, whatever the texts in it", () => {
    fc.assert(
      fc.property(cache, (sections) => {
        const text = JSON.stringify(sections);
        const stored = Buffer.from(withIndex(text)).toString();
        expect(JSON.parse(cacheOf(stored) ?? "")).toEqual(JSON.parse(text));
      }),
    );
  });

  it("are unreadable when some of them is missing", () => {
    const AccessToken = { graph: { secret: "graph-1" }, payroll: { secret: "payroll-1" } };
    const stored = withIndex(JSON.stringify({ AccessToken, RefreshToken: {} }));
    for (let length = 0; length < stored.length; length += 1) {
      const cut = stored.slice(0, length);
      expect(cacheOf(cut)).toBeUndefined();
      expect(indexOf(cut)).toEqual([]);
    }
    expect(cacheOf(stored.replace("graph-1", "graph"))).toBeUndefined();
  });

  it("are unreadable when they are no tokens", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (first, second) => {
        const stored = `!${first}\n${second}`;
        expect(indexOf(stored)).toEqual([]);
        expect(cacheOf(stored)).toBeUndefined();
      }),
    );
  });

  it("are unreadable when they would have more than 4 MiB", () => {
    const bomb = JSON.stringify({
      RefreshToken: { large: { secret: "a".repeat(5 * 1024 * 1024) } },
    });
    expect(cacheOf(`[]\n\n${deflateRawSync(bomb).toString("base64url")}`)).toBeUndefined();
  });
});
