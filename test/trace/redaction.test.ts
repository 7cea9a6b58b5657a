import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRedaction } from "../../src/trace/redaction.js";
import { SESSION_SECRET } from "../support/session-secret.js";

const redaction = createRedaction(SESSION_SECRET);

function jwtOf(payload: unknown): string {
  const [header, body] = [{ alg: "RS256" }, payload].map((part) =>
    Buffer.from(JSON.stringify(part)).toString("base64url"),
  );
  return `${header}.${body}.c2lnbmF0dXJl`;
}

describe("createRedaction", () => {
  it("shows what is on the list, and removes secrets down to length and digest", () => {
    const { fields } = redaction.fields([
      ["grant_type", "authorization_code"],
      ["code", "a-secret-code"],
    ]);
    expect(fields).toEqual([
      { name: "grant_type", value: "authorization_code" },
      { name: "code", length: 13, digest: expect.stringMatching(/^[0-9a-f]{16}$/) as string },
    ]);
  });

  it("counts what is on no list, and keeps neither its name nor its value", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 5 }), fc.string({ minLength: 5 }), (name, value) => {
        const redacted = redaction.fields([[`x-${name}`, value]]);
        expect(redacted).toEqual({ fields: [], unlisted: 1 });
      }),
    );
  });

  it("has equal digests for equal values only, and others with another secret", () => {
    const digests = ["one", "one", "two"].map((value) => redaction.remove("code", value).digest);
    expect(digests[0]).toBe(digests[1]);
    expect(digests[0]).not.toBe(digests[2]);
    const other = createRedaction("another secret of 32 characters or more");
    expect(other.remove("code", "one").digest).not.toBe(digests[0]);
  });

  it("shows the claims of a token that are on the list, without the signature", () => {
    const view = redaction.token(
      "ID token",
      jwtOf({ acrs: ["c1"], iat: 1_700_000_000, nonce: "n-o-n-c-e", sid: "s-i-d" }),
    );
    expect(view.claims).toEqual({ acrs: ["c1"], iat: 1_700_000_000 });
    expect(view.removed.map(({ name }) => name)).toEqual(["nonce", "sid"]);
    expect(JSON.stringify(view)).not.toMatch(/n-o-n-c-e|s-i-d|c2lnbmF0dXJl/);
  });

  it.each(["opaque", "a.b.c", `x.${Buffer.from("[1]").toString("base64url")}.y`, ""])(
    "has no claims of a token that cannot be read: %j",
    (token) => {
      const view = redaction.token("access token", token);
      expect(view.claims).toBeUndefined();
      expect(view.length).toBe(token.length);
    },
  );

  it("bounds long values and removes control characters", () => {
    const { fields } = redaction.fields([["scope", `a\n${"b".repeat(10_000)}`]]);
    const [field] = fields;
    expect(field).toHaveProperty("value", expect.stringMatching(/^a b{498}…$/));
  });
});
