import { describe, expect, it } from "vitest";
import {
  mergeClaimsRequests,
  readClaimsParameter,
  readClaimsRequest,
} from "../../src/challenge/claims-request.js";
import { claimsRequest } from "../support/claims-request.js";
import {
  C1,
  C1_BASE64,
  C2,
  claimsOfBytes,
  claimsOfDepth,
  claimsOfEncodedOctets,
  claimsOfNodes,
  toBase64,
} from "./claims-samples.js";

describe("readClaimsRequest", () => {
  it("re-serialises what it accepts", () => {
    const text = '\n{ "access_token" : {"a":1}, "access_token" : { "b" : "\\u00e9" } }\n';
    const claims = '{"access_token":{"b":"é"}}';
    expect(readClaimsRequest(text)).toEqual({ kind: "usable", claims });
  });

  it.each([
    ["an empty access_token", '{"access_token":{}}'],
    ["an id_token alone", '{"id_token":{"acr":null}}'],
    ["a userinfo alone", '{"userinfo":{"email":null}}'],
    ["members that nobody knows", '{"access_token":{},"x":[1,true,null,"y"]}'],
    ["names of inherited members", '{"access_token":{"toString":1,"hasOwnProperty":1}}'],
    ["half a surrogate pair", '{"access_token":{"a":"\\ud800"}}'],
    ["4,096 bytes", claimsOfBytes(4_096)],
    ["8 levels", claimsOfDepth(8)],
    ["256 values", claimsOfNodes(256)],
    ["6,500 octets of a URL", claimsOfEncodedOctets(6_500)],
  ])("accepts %s", (_what, text) => {
    expect(readClaimsRequest(text)).toEqual({ kind: "usable", claims: text });
  });

  it.each([
    ["empty text", "", "claims-not-json"],
    ["a list", "[]", "claims-not-object"],
    ["null", "null", "claims-not-object"],
    ["a string", '"{}"', "claims-not-object"],
    ["base64", C1_BASE64, "claims-not-json"],
    ["an empty object", "{}", "claims-shape"],
    ["an unknown member alone", '{"x":{}}', "claims-shape"],
    ["a null beside an object", '{"access_token":{},"userinfo":null}', "claims-shape"],
    ["a list for a member", '{"id_token":[]}', "claims-shape"],
    ["a dangerous key deep inside", '{"access_token":{"a":[{"prototype":1}]}}', "claims-shape"],
    ["an escaped dangerous key", '{"access_token":{"\\u005f_proto__":1}}', "claims-shape"],
    ["a control character in a name", '{"access_token":{"a\\u0000":1}}', "claims-shape"],
    ["a line break in a value", '{"access_token":{"a":"b\\nc"}}', "claims-shape"],
    ["a delete character", '{"access_token":{"a":"\u007f"}}', "claims-shape"],
    ["a terminal escape of one octet", '{"access_token":{"a":["\u009b1m"]}}', "claims-shape"],
    ["a number beyond all bounds", '{"access_token":{"a":1e999}}', "claims-shape"],
    ["4,097 bytes", claimsOfBytes(4_097), "claims-too-large"],
    ["4,097 bytes that would shrink", C1.padEnd(4_097), "claims-too-large"],
    [
      "apostrophes that a query escapes",
      claimsOfBytes(2_500).replaceAll("x", "'"),
      "claims-too-large",
    ],
    ["9 levels", claimsOfDepth(9), "claims-shape"],
    ["257 values", claimsOfNodes(257), "claims-too-large"],
    ["bytes, not characters", `{"access_token":{"a":"${"日".repeat(1_400)}"}}`, "claims-too-large"],
    ["what a URL cannot hold", `{"access_token":{"a":"${"日".repeat(800)}"}}`, "claims-too-large"],
    ["6,501 octets of a URL", claimsOfEncodedOctets(6_501), "claims-too-large"],
    ["numbers that grow", `{"access_token":{"a":[${"1e20,".repeat(240)}1]}}`, "claims-too-large"],
  ])("refuses %s", (_what, text, reason) => {
    expect(readClaimsRequest(text)).toEqual({ kind: "unusable", reason });
  });

  it("refuses very deep JSON without recursion", () => {
    const text = `{"access_token":${"[".repeat(2_000)}${"]".repeat(2_000)}}`;
    expect(readClaimsRequest(text)).toEqual({ kind: "unusable", reason: "claims-shape" });
  });

  it("leaves the prototype of objects alone", () => {
    readClaimsRequest('{"__proto__":{"polluted":1},"access_token":{}}');
    expect("polluted" in {}).toBe(false);
  });
});

describe("readClaimsParameter", () => {
  const umlauts = '{"access_token":{"a":"ÿþ¿?>~"}}';

  it.each([
    ["base64", C1_BASE64, C1],
    ["base64 with too much padding", `${C1_BASE64}====`, C1],
    ["base64url without padding", Buffer.from(umlauts).toString("base64url"), umlauts],
    [
      "base64 of JSON in many lines",
      toBase64('{\r\n\t"access_token": {}\n}\n'),
      '{"access_token":{}}',
    ],
    ["base64 with a byte order mark", toBase64(`\uFEFF${C1}`), C1],
    ["JSON", C1, C1],
  ])("reads %s", (_what, value, claims) => {
    expect(readClaimsParameter(value)).toEqual({ kind: "usable", claims });
  });

  it.each([
    ["nothing", " \t", "claims-missing"],
    ["white space inside", `${C1_BASE64.slice(0, 8)} ${C1_BASE64.slice(8)}`, "claims-not-base64"],
    ["a no-break space before", `\u00a0${C1_BASE64}`, "claims-not-base64"],
    ["padding inside", `${C1_BASE64.slice(0, 8)}=${C1_BASE64.slice(8)}`, "claims-not-base64"],
    ["padding alone", "====", "claims-not-base64"],
    ["a digit too many", `${toBase64('{"access_token":{} }')}A`, "claims-not-base64"],
    ["five digits, one of which is no byte", "AAAAA", "claims-not-base64"],
    ["percent escapes", encodeURIComponent(C1), "claims-not-base64"],
    ["a data URL", `data:application/json;base64,${C1_BASE64}`, "claims-not-base64"],
    ["a list as JSON", "[{}]", "claims-not-base64"],
    ["base64 twice", toBase64(C1_BASE64), "claims-not-json"],
    ["UTF-16", Buffer.from(C1, "utf16le").toString("base64"), "claims-not-json"],
    ["Latin-1", Buffer.from(umlauts, "latin1").toString("base64"), "claims-not-utf8"],
    ["a surrogate in UTF-8", Buffer.from([0xed, 0xa0, 0x80]).toString("base64"), "claims-not-utf8"],
    ["8,192 characters that are no base64", "!".repeat(8_192), "claims-not-base64"],
    ["8,193 characters", "A".repeat(8_193), "claims-too-large"],
    ["a JSON object that goes on", `${C1}x`, "claims-not-json"],
  ])("refuses %s", (_what, value, reason) => {
    expect(readClaimsParameter(value)).toEqual({ kind: "unusable", reason });
  });
});

describe("mergeClaimsRequests", () => {
  const polids = '{"access_token":{"polids":{"essential":true,"values":["p"]}}}';

  it.each([
    { gives: "nothing when neither asks", asked: [undefined, undefined], merged: undefined },
    { gives: "the API's when it asks alone", asked: [C1, undefined], merged: C1 },
    {
      gives: "the token endpoint's when it asks alone",
      asked: [undefined, polids],
      merged: polids,
    },
    { gives: "the token endpoint's demand for the same claim", asked: [C1, C2], merged: C2 },
    {
      gives: "both demands on the same token",
      asked: ['{"access_token":{"a":1}}', '{"access_token":{"b":2}}'],
      merged: '{"access_token":{"a":1,"b":2}}',
    },
    {
      gives: "demands on two tokens",
      asked: ['{"id_token":{"acr":null}}', '{"access_token":{"b":2}}'],
      merged: '{"id_token":{"acr":null},"access_token":{"b":2}}',
    },
    {
      gives: "the token endpoint's for a member that is no object in one",
      asked: ['{"access_token":{},"x":{"a":1}}', '{"access_token":{},"x":2}'],
      merged: '{"access_token":{},"x":2}',
    },
    {
      gives: "members with the names of inherited ones",
      asked: ['{"access_token":{}}', '{"access_token":{"toString":1},"valueOf":{}}'],
      merged: '{"access_token":{"toString":1},"valueOf":{}}',
    },
  ])("gives $gives", ({ asked: [api, tokenEndpoint], merged }) => {
    const [ours, theirs] = [api, tokenEndpoint].map((text) => text && claimsRequest(text));
    expect(mergeClaimsRequests(ours || undefined, theirs || undefined)).toBe(merged);
  });

  it("gives the token endpoint's alone when both together are too much", () => {
    const first = mergeClaimsRequests(claimsRequest(claimsOfNodes(252)), claimsRequest(polids));
    expect(first).toContain('"c249":null,"polids"');
    const many = claimsRequest(claimsOfNodes(253));
    expect(mergeClaimsRequests(many, claimsRequest(polids))).toBe(polids);
  });
});
