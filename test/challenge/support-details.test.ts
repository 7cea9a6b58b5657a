import { describe, expect, it } from "vitest";
import { readAuthorizationRefusal } from "../../src/challenge/authorization-refusal.js";
import { readTokenRefusal } from "../../src/challenge/token-refusal.js";

const CORRELATION = "aaaa0000-bb11-2222-33cc-444444dddddd";
const TRACE = "0000aaaa-11bb-cccc-dd22-eeeeee333333";
const TIMESTAMP = "2026-01-15 10:20:30Z";

function supportOf(body: Readonly<Record<string, unknown>>): unknown {
  return readTokenRefusal({ status: 400, body: { error: "invalid_grant", ...body }, now: 0 })
    ?.support;
}

describe("the support details of a refusal", () => {
  it("are what the answer names", () => {
    const named = {
      suberror: "basic_action",
      error_codes: [70002, 54005],
      correlation_id: CORRELATION,
      trace_id: TRACE,
      timestamp: TIMESTAMP,
    };
    expect(supportOf({})).toStrictEqual({ error: "invalid_grant" });
    expect(supportOf(named)).toEqual({
      error: "invalid_grant",
      suberror: "basic_action",
      aadsts: 54005,
      correlationId: CORRELATION,
      traceId: TRACE,
      timestamp: TIMESTAMP,
    });
  });

  it("are picked out of the description at the redirect URI", () => {
    const error_description = `AADSTS65004: Ada said no.\r\nTrace ID: ${TRACE}\r\nCorrelation ID: ${CORRELATION}\r\nTimestamp: ${TIMESTAMP}`;
    expect(readAuthorizationRefusal({ error: "access_denied", error_description }).support).toEqual(
      {
        error: "access_denied",
        aadsts: 65004,
        correlationId: CORRELATION,
        traceId: TRACE,
        timestamp: TIMESTAMP,
      },
    );
  });

  it.each([
    ["a correlation id with markup", { correlation_id: `${CORRELATION}<b>` }],
    ["a correlation id behind markup", { correlation_id: `<b>${CORRELATION}` }],
    ["a timestamp with markup", { timestamp: `${TIMESTAMP}<b>` }],
    ["a timestamp behind markup", { timestamp: `<b>${TIMESTAMP}` }],
    ["a correlation id with a line break", { correlation_id: `${CORRELATION}\n` }],
    ["a trace id that is an object", { trace_id: { toString: () => TRACE } }],
    ["a timestamp in words", { timestamp: "yesterday" }],
    ["a suberror with spaces", { suberror: "basic action" }],
    ["a suberror that is too long", { suberror: "a".repeat(65) }],
    ["codes that are none", { error_codes: [1, -50076, 5007.6, "5e4", null, [50076], 123456789] }],
    ["a code in another place of the description", { error_description: "x AADSTS50076: y" }],
    ["an identifier of the wrong form", { error_description: `Trace ID: ${"-".repeat(36)}` }],
  ])("hold nothing of %s", (_what, body) => {
    expect(supportOf(body)).toEqual({ error: "invalid_grant" });
  });

  it("hold the last code that is one", () => {
    const expected = { error: "invalid_grant", aadsts: 50076 };
    expect(supportOf({ error_codes: [50000, 50076, "x", null] })).toEqual(expected);
  });

  it("hold a timestamp with fractions of a second", () => {
    const timestamp = "2026-01-15T10:20:30.1234567Z";
    expect(supportOf({ timestamp })).toEqual({ error: "invalid_grant", timestamp });
  });

  it("name no error that could be anything", () => {
    expect(readAuthorizationRefusal({ error: "<script>alert(1)</script>" }).support).toEqual({});
  });
});
