import { describe, expect, it } from "vitest";
import { readApiChallenge } from "../../src/challenge/api-challenge.js";
import { C1, C1_BASE64, C2_BASE64 } from "./claims-samples.js";

const ASKS = 'error="insufficient_claims"';
const CLAIMS = `claims="${C1_BASE64}"`;
const STEP_UP = 'error="insufficient_user_authentication"';

function read(wwwAuthenticate: string | readonly string[] | null | undefined, status = 401) {
  return readApiChallenge({ status, wwwAuthenticate });
}

/** "c1", "c2" or the reason or the kind. */
function verdict(header: string | readonly string[]): string | undefined {
  const challenge = read(header);
  if (challenge.kind === "malformed") return challenge.reason;
  if (challenge.kind !== "claims-challenge") return challenge.kind;
  return /c[12]/.exec(challenge.claims)?.[0];
}

describe("readApiChallenge: grammar", () => {
  it.each([
    ["claims in single quotes", `Bearer ${ASKS}, claims='${C1_BASE64}'`, "c1"],
    ["JSON in single quotes", `Bearer ${ASKS}, claims='${C1}'`, "c1"],
    ["unescaped JSON in double quotes", `Bearer ${ASKS}, claims="${C1}"`, "grammar"],
    ["unescaped JSON before the error", `Bearer claims="${C1}", ${ASKS}`, "grammar"],
    ["escaped JSON", `Bearer ${ASKS}, claims="${C1.replaceAll('"', '\\"')}"`, "c1"],
    ["a value without quotes", `Bearer error=insufficient_claims, claims=${C1_BASE64}`, "c1"],
    ["a missing comma", `Bearer ${ASKS} ${CLAIMS}`, "c1"],
    ["parameters stuck together", `Bearer ${ASKS}${CLAIMS}`, "c1"],
    ["spaces around the claims", `Bearer ${ASKS}, claims="  ${C1_BASE64}\t"`, "c1"],
    [
      "upper case names and error",
      `BEARER ERROR="INSUFFICIENT_CLAIMS", CLAIMS="${C1_BASE64}"`,
      "c1",
    ],
    ["a Kelvin sign in the error", `Bearer error="invalid_to\u212Aen", ${CLAIMS}`, "none"],
    ["an empty realm", `Bearer realm=, ${ASKS}, ${CLAIMS}`, "c1"],
    ["an empty error", `Bearer error=, ${CLAIMS}`, "c1"],
    ["semicolons for commas", `Bearer realm="a"; ${ASKS}; ${CLAIMS}`, "grammar"],
    ["inner quotes in the realm", `Bearer realm="a "b" c", ${ASKS}, ${CLAIMS}`, "c1"],
    ["inner quotes where nothing is asked", 'Bearer realm="a "b" c"', "none"],
    ["quotes and nothing else", `Bearer ${'"'.repeat(8_000)}`, "none"],
    ["a stray symbol", `Bearer ${ASKS}, ???, ${CLAIMS}`, "c1"],
    ["claims cut off beside another error", 'Bearer error="x", claims="a', "none"],
    ["a token68 before the parameters", `Bearer abc, ${ASKS}, ${CLAIMS}`, "grammar"],
    ["a padded token68 before them", `Bearer YWJjZGU=, ${ASKS}, ${CLAIMS}`, "grammar"],
    ["a doubled scheme", `Bearer Bearer ${ASKS}, ${CLAIMS}`, "grammar"],
    ["an extended parameter", `Bearer ${ASKS}, claims*=UTF-8''${C1_BASE64}`, "claims-missing"],
    ["a no-break space", `Bearer ${ASKS},\u00a0${CLAIMS}`, "claims-missing"],
    ["a quote too many", `Bearer ${ASKS}, ${CLAIMS}"`, "grammar"],
    ["an escaped closing quote", `Bearer ${ASKS}, claims="${C1_BASE64}\\"`, "grammar"],
    ["a description cut off behind the claims", `Bearer ${ASKS}, ${CLAIMS}, x="cut`, "c1"],
    ["an error cut off", `Bearer ${CLAIMS}, error="insuff`, "grammar"],
    ["an expired token cut off", 'Bearer error="invalid_token", error_description="The', "none"],
    ["a realm cut off", 'Bearer realm="a', "grammar"],
    ["a colon behind the scheme", `Bearer: ${ASKS}, ${CLAIMS}`, "none"],
    ["the field name in the value", `WWW-Authenticate: Bearer ${ASKS}, ${CLAIMS}`, "none"],
    ["quotes around it all", `"Bearer ${ASKS}, ${CLAIMS}"`, "none"],
  ])("gives the right verdict on %s", (_what, header, expected) => {
    expect(verdict(header)).toBe(expected);
  });

  it.each([
    ["a fold", `Bearer realm="a\r\n b", ${ASKS}, ${CLAIMS}`, "c1"],
    ["a line break without a fold", `Bearer realm="a"\r\nBearer ${ASKS}, ${CLAIMS}`, "grammar"],
    ["a lone carriage return", `Bearer realm="a\rb", ${ASKS}, ${CLAIMS}`, "grammar"],
    ["a delete character", `Bearer realm="\u007f", ${ASKS}, ${CLAIMS}`, "grammar"],
    ["a null in a neighbour", `Basic realm="\0", Bearer ${ASKS}, ${CLAIMS}`, "grammar"],
    ["a null where nothing is asked", 'Bearer realm="\0"', "none"],
    ["octets above 127", `Bearer realm="\u0080\u00e9", ${ASKS}, ${CLAIMS}`, "c1"],
  ])("gives the right verdict on %s", (_what, header, expected) => {
    expect(verdict(header)).toBe(expected);
  });
});

describe("readApiChallenge: several challenges", () => {
  it.each([
    ["text in a neighbour's quotes", `Basic realm="x, Bearer ${ASKS}, ${CLAIMS}`, "none"],
    ["text in single quotes", `Basic realm='Bearer error=x, claims=${C1_BASE64}'`, "none"],
    ["text in a value's own quotes", `Basic a=b"x, Bearer y=z, claims=${C1_BASE64}"`, "none"],
    ["a neighbour's parameters", `Basic realm="x", ${ASKS}, ${CLAIMS}, Bearer realm="y"`, "none"],
    ["a scheme in another alphabet", `Bearer a=b, \u0412x c=d, ${ASKS}, ${CLAIMS}`, "none"],
    ["a neighbour without a comma", `Bearer ${ASKS}, ${CLAIMS} Basic realm="x"`, "c1"],
    ["an unpaired single quote before", `Foo a='b, Bearer ${ASKS}, ${CLAIMS}`, "c1"],
    ["a token68 with one pad before", `Negotiate YWJjZGU=, Bearer ${ASKS}, ${CLAIMS}`, "c1"],
    ["a claims challenge behind a malformed one", `Bearer ${ASKS}, Bearer ${CLAIMS}`, "c1"],
    ["the first of two", `Bearer ${CLAIMS}, Bearer claims="${C2_BASE64}"`, "c1"],
    ["a step-up behind a malformed one", `Bearer ${ASKS}, Bearer ${STEP_UP}`, "step-up"],
    ["a claims challenge behind a step-up", `Bearer ${STEP_UP}, Bearer ${CLAIMS}`, "c1"],
    ["a malformed one behind none", `Bearer error="x", Bearer ${ASKS}`, "claims-missing"],
    ["lines", ["Negotiate", `Bearer ${ASKS}, ${CLAIMS}`], "c1"],
    ["a challenge over two lines", [`Bearer ${ASKS}`, CLAIMS], "c1"],
    ["a quote that never closes before", ['Basic realm="x', `Bearer ${ASKS}, ${CLAIMS}`], "none"],
  ])("gives the right verdict on %s", (_what, header, expected) => {
    expect(verdict(header)).toBe(expected);
  });

  it.each([
    ["equal claims", `${ASKS}, ${CLAIMS}, claims=${C1_BASE64}`, "c1"],
    ["equal errors", `${ASKS}, ${ASKS}, ${CLAIMS}`, "c1"],
    ["other realms", `realm=a, realm=b, ${ASKS}, ${CLAIMS}`, "c1"],
    ["other claims", `${ASKS}, ${CLAIMS}, Claims="${C2_BASE64}"`, "duplicate-parameter"],
    ["other claims, no error", `${CLAIMS}, claims="${C2_BASE64}"`, "duplicate-parameter"],
    ["other errors", `${ASKS}, error="x", ${CLAIMS}`, "duplicate-parameter"],
    [
      "other claims, invalid token",
      `error=invalid_token, ${CLAIMS}, claims=a`,
      "duplicate-parameter",
    ],
    ["other claims, another error", `error=x, ${CLAIMS}, claims=a`, "duplicate-parameter"],
    ["other claims, step-up", `${STEP_UP}, ${CLAIMS}, claims=a`, "duplicate-parameter"],
    ["other values", `${STEP_UP}, acr_values=a, acr_values=b`, "duplicate-parameter"],
  ])("gives the right verdict on a parameter sent twice with %s", (_what, parameters, expected) => {
    expect(verdict(`Bearer ${parameters}`)).toBe(expected);
  });
});

describe("readApiChallenge: limits", () => {
  it.each([
    [16_384, "claims-challenge"],
    [16_385, "malformed"],
  ])("looks at a field of %i characters and gives %s", (length, kind) => {
    const rest = ` ${ASKS}, ${CLAIMS}`;
    expect(read(`Bearer ${",".repeat(length - 7 - rest.length)}${rest}`).kind).toBe(kind);
  });

  it("counts the lines of a field together", () => {
    const line = `Basic realm="${"x".repeat(8_200)}"`;
    expect(read([line, line])).toEqual({ kind: "malformed", reason: "header-too-large" });
  });

  it.each([200, 302, 400, 403, 407, 500])("asks for nothing with status %i", (status) => {
    expect(read(`Bearer ${ASKS}, ${CLAIMS}`, status)).toEqual({ kind: "none" });
  });

  it.each([null, undefined, "", []])("asks for nothing when the field is %j", (field) => {
    expect(read(field)).toEqual({ kind: "none" });
  });
});

describe("readApiChallenge: step-up", () => {
  it.each([
    [
      "values and age",
      'acr_values=" c1\t c2 ", max_age=0',
      { acrValues: ["c1", "c2"], maxAgeSeconds: 0 },
    ],
    ["empty values", 'acr_values=" ", max_age=""', {}],
    [
      "an age beside values that are too long",
      `acr_values=${"a".repeat(513)}, max_age=5`,
      { maxAgeSeconds: 5 },
    ],
    ["values beside an age that is none", 'acr_values="c1", max_age="soon"', { acrValues: ["c1"] }],
    ["the longest age", "max_age=2147483647", { maxAgeSeconds: 2_147_483_647 }],
    ["the longest values", `acr_values=${"a".repeat(512)}`, { acrValues: ["a".repeat(512)] }],
    ["claims, which are not looked at", CLAIMS, {}],
  ])("reads %s", (_what, parameters, expected) => {
    expect(read(`Bearer ${STEP_UP}, ${parameters}`)).toEqual({ kind: "step-up", ...expected });
  });

  it.each(["-5", "+5", "5.0", "1e3", "0x10", "5 5", "\u0665", "2147483648", "Infinity"])(
    "refuses a max_age of %s when there is nothing else",
    (age) => {
      expect(verdict(`Bearer ${STEP_UP}, max_age="${age}"`)).toBe("max-age");
    },
  );

  it.each([
    ["values too long", `acr_values="${"a".repeat(513)}"`, "acr-values"],
    ["values with a terminal escape", 'acr_values="\u009b1m"', "acr-values"],
    [
      "values too long and an age that is none",
      `acr_values=${"a".repeat(513)}, max_age=x`,
      "acr-values",
    ],
    ["values behind a semicolon", 'realm="a"; acr_values="c1"', "grammar"],
    ["values cut off", 'acr_values="c1', "grammar"],
    ["a token68 before", "x=y", "grammar"],
  ])("refuses %s when there is nothing else", (what, parameters, reason) => {
    const token68 = what.startsWith("a token68") ? "abc, " : "";
    expect(verdict(`Bearer ${token68}${STEP_UP}, ${parameters}`)).toBe(reason);
  });
});
