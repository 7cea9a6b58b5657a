import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readApiChallenge } from "../../src/challenge/api-challenge.js";
import {
  mergeClaimsRequests,
  readClaimsParameter,
  readClaimsRequest,
} from "../../src/challenge/claims-request.js";
import { readRetryAfter } from "../../src/challenge/retry-after.js";
import { readAuthorizationRefusal } from "../../src/challenge/authorization-refusal.js";
import { claimsForStepUp } from "../../src/challenge/step-up.js";
import { readTokenRefusal } from "../../src/challenge/token-refusal.js";
import { readWwwAuthenticate } from "../../src/challenge/www-authenticate.js";
import { C1, C1_BASE64, toBase64 } from "./claims-samples.js";

/** Pieces that steer random headers into the interesting places. */
const headerPiece = fc.oneof(
  fc.constantFrom(
    ...["Bearer", "Basic", "error", "claims", "insufficient_claims", "invalid_token", "acr_values"],
    ...[
      "insufficient_user_authentication",
      "max_age",
      C1_BASE64,
      C1,
      "=",
      ",",
      " ",
      "\t",
      '"',
      "'",
    ],
    ...["\\", "\r\n ", "\n", "\0", "\u00a0", ";", "==", '="', '", ', "Bearer "],
  ),
  fc.string({ unit: "binary", maxLength: 4 }),
);
const header = fc.array(headerPiece, { maxLength: 40 }).map((pieces) => pieces.join(""));
const claimName = fc.oneof(fc.constantFrom("acrs", "nbf", "toString"), fc.string({ maxLength: 6 }));
const claimsObject = fc.record(
  {
    access_token: fc.dictionary(claimName, fc.jsonValue({ maxDepth: 3 })),
    id_token: fc.dictionary(claimName, fc.jsonValue({ maxDepth: 1 })),
    other: fc.jsonValue({ maxDepth: 1 }),
  },
  { requiredKeys: [] },
);
const claimsText = fc.oneof(
  { weight: 4, arbitrary: claimsObject.map((value) => JSON.stringify(value)) },
  { weight: 1, arbitrary: fc.string({ unit: "binary" }) },
);

/** Claims that travel on must be accepted unchanged when they are read again. */
function expectValidated(claims: string | undefined): void {
  if (claims !== undefined) expect(readClaimsRequest(claims)).toEqual({ kind: "usable", claims });
}

describe("whatever an API sends", () => {
  it("gives a verdict, and claims that are valid", () => {
    fc.assert(
      fc.property(fc.oneof(header, fc.array(header, { maxLength: 4 })), (wwwAuthenticate) => {
        const challenge = readApiChallenge({ status: 401, wwwAuthenticate });
        expect(["claims-challenge", "step-up", "malformed", "none"]).toContain(challenge.kind);
        if (challenge.kind === "claims-challenge") expectValidated(challenge.claims);
        if (challenge.kind === "step-up")
          expectValidated(claimsForStepUp(challenge.acrValues ?? []));
      }),
      { numRuns: 1_000 },
    );
  });

  it("asks for nothing inside the quotes of another scheme", () => {
    fc.assert(
      fc.property(header, (text) => {
        const quoted = text.replace(/["\\]/g, "\\$&");
        const wwwAuthenticate = `Basic realm="${quoted}"`;
        expect(readApiChallenge({ status: 401, wwwAuthenticate }).kind).toBe("none");
      }),
    );
  });

  it("is found behind any neighbour that is well formed", () => {
    fc.assert(
      fc.property(fc.array(header, { maxLength: 3 }), (realms) => {
        const neighbours = realms.map((realm) => {
          const allowed = realm.replace(/[^\t\u0020-\u007e]/g, "");
          return `Basic realm="${allowed.replace(/["\\]/g, "\\$&")}"`;
        });
        const own = `Bearer error="insufficient_claims", claims="${C1_BASE64}"`;
        const challenge = readApiChallenge({ status: 401, wwwAuthenticate: [...neighbours, own] });
        expect(challenge).toEqual({ kind: "claims-challenge", claims: C1 });
      }),
    );
  });

  it("reads the same when lines are joined first", () => {
    fc.assert(
      fc.property(fc.array(header, { maxLength: 4 }), (lines) => {
        const joined = readApiChallenge({ status: 401, wwwAuthenticate: lines.join(", ") });
        expect(readApiChallenge({ status: 401, wwwAuthenticate: lines })).toEqual(joined);
      }),
    );
  });

  it("keeps every quoted value as it was meant", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "binary" }), { maxLength: 5 }), (values) => {
        const written = values.map((value) => `a="${value.replace(/["\\]/g, "\\$&")}"`);
        const read = readWwwAuthenticate(`X ${written.join(", ")}`)[0]?.parameters ?? [];
        expect(read).toEqual(values.map((value) => ({ name: "a", value, intact: true })));
      }),
    );
  });
});

describe("whatever claims come", () => {
  it("are refused or valid, from JSON, base64 and anything else", () => {
    fc.assert(
      fc.property(claimsText, (text) => {
        for (const value of [text, toBase64(text), ` ${text}`]) {
          const reading = readClaimsParameter(value);
          if (reading.kind === "usable") expectValidated(reading.claims);
        }
        const direct = readClaimsRequest(text);
        if (direct.kind === "usable") expectValidated(direct.claims);
      }),
      { numRuns: 300 },
    );
  });

  it("merge to claims that are valid and hold the token endpoint's", () => {
    fc.assert(
      fc.property(claimsText, claimsText, (api, tokenEndpoint) => {
        const [asked, wanted] = [readClaimsRequest(api), readClaimsRequest(tokenEndpoint)];
        const merged = mergeClaimsRequests(
          asked.kind === "usable" ? asked.claims : undefined,
          wanted.kind === "usable" ? wanted.claims : undefined,
        );
        expectValidated(merged);
        if (wanted.kind === "usable") {
          expect(JSON.parse(merged ?? "null")).toMatchObject(JSON.parse(wanted.claims) as object);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe("whatever an authority answers", () => {
  const member = fc.oneof(fc.string(), fc.jsonValue(), claimsText, fc.constant("invalid_grant"));
  const members = fc.record(
    { error: member, suberror: member, error_codes: member, claims: member, error_uri: member },
    { requiredKeys: [] },
  );
  const body = fc.oneof(
    members,
    members.map((value) => JSON.stringify(value)),
    fc.anything(),
  );

  it("gives a refusal with valid claims, or nothing for a grant", () => {
    fc.assert(
      fc.property(body, fc.integer(), fc.string(), (answered, status, retryAfter) => {
        const refusal = readTokenRefusal({ status, body: answered, retryAfter, now: 0 });
        const handling = refusal?.handling ?? "granted";
        expect(["interactive", "unrecoverable", "transient", "granted"]).toContain(handling);
        if (refusal !== undefined && "claims" in refusal) expectValidated(refusal.claims);
      }),
      { numRuns: 300 },
    );
  });

  it("gives a refusal at the redirect URI too", () => {
    fc.assert(
      fc.property(members, (answered) => {
        const refusal = readAuthorizationRefusal(answered);
        expect(["interactive", "unrecoverable", "transient"]).toContain(refusal.handling);
      }),
    );
  });

  it("gives a wait within its bounds or none", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.integer().map(String)), fc.integer(), (text, now) => {
        const seconds = readRetryAfter(text, now) ?? 0;
        expect(seconds >= 0 && seconds <= 3_600).toBe(true);
      }),
    );
  });
});
