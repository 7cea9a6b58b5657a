import { describe, expect, it } from "vitest";
import { readTokenRefusal, type TokenResponse } from "../../src/challenge/token-refusal.js";
import { C1, C1_BASE64, claimsOfBytes } from "./claims-samples.js";

function read(body: unknown, answer: Partial<TokenResponse> = {}) {
  return readTokenRefusal({ status: 400, body, now: 0, ...answer });
}

describe("readTokenRefusal: no answer to go by", () => {
  it.each([
    ["no connection", 0, ""],
    ["an empty object", 500, {}],
    ["a page", 400, "<html>Bad Request</html>"],
    ["a proxy's page", 403, "<html>"],
    ["a redirect", 307, ""],
    ["a list", 400, "[]"],
    ["an error that is no text", 400, { error: 42 }],
    ["an error that is an object, as Graph's are", 400, { error: { code: "x" } }],
    ["an empty error", 400, { error: "" }],
    ["an inherited error", 400, Object.create({ error: "invalid_grant" })],
    ["an interactive error of a server that is not well", 500, { error: "invalid_grant" }],
    ["a temporary error with the wrong status", 400, { error: "temporarily_unavailable" }],
    ["an unknown error with a success", 200, { error: "odd" }],
    ["a token of a server that is not well", 500, { access_token: "x" }],
    ["an empty token", 200, { access_token: "" }],
    ["a token in a list", 200, { access_token: ["x"] }],
    ["claims that are no JSON text any more", 200, '{"error":"interaction_requ'],
  ])("is transient on %s", (_what, status, body) => {
    expect(read(body, { status })).toMatchObject({ handling: "transient" });
  });

  it.each([
    ["a code, which may be spent", { status: 503, grant: "authorization_code" }],
    ["a client that asks too much", { status: 429 }],
  ] as const)("is transient for %s", (_what, answer) => {
    const refusal = read({}, answer);
    expect(refusal).toEqual({ handling: "transient", support: {} });
  });

  it("says when the authority wants to be asked again", () => {
    const answer = { status: 503, retryAfter: "Thu, 01 Jan 1970 00:00:07 GMT" };
    expect(read("", answer)).toMatchObject({ handling: "transient", retryAfterSeconds: 7 });
  });

  it("does not trust an authority whose certificate does not verify", () => {
    const refusal = read("", { status: 0, failure: "certificate" });
    const expected = { handling: "unrecoverable", reason: "untrusted-authority", alert: true };
    expect(refusal).toEqual({ ...expected, support: {} });
  });

  it("gives nothing when the request is granted", () => {
    expect(read({ access_token: "x" }, { status: 200 })).toBeUndefined();
    expect(read('{"access_token":"x"}', { status: 200 })).toBeUndefined();
  });
});

describe("readTokenRefusal: an OAuth error", () => {
  it.each(["not_invalid_client", "invalid_clients", "x_unsupported_grant_type"])(
    "passes when it is unknown and the status is no failure: %s",
    (error) => {
      expect(read({ error }, { status: 200 })).toMatchObject({ handling: "transient" });
    },
  );

  it("alerts nobody when it is about a code that anybody may have sent", () => {
    const body = { error: "invalid_request", error_codes: [9002313] };
    expect(read(body, { grant: "authorization_code" })).toEqual({
      handling: "interactive",
      support: { error: "invalid_request", aadsts: 9002313 },
    });
    const operators = { handling: "unrecoverable", reason: "operator", alert: true };
    expect(read(body)).toMatchObject(operators);
    expect(read(body, { grant: "refresh_token" })).toMatchObject(operators);
    const another = { error: "invalid_request", error_codes: [900144] };
    expect(read(another, { grant: "authorization_code" })).toMatchObject(operators);
  });

  it.each([
    ...["invalid_client", "invalid_request", "invalid_resource", "invalid_scope"],
    ...["unauthorized_client", "unsupported_grant_type", "unsupported_response_type"],
    ...["access_denied", "slow_down", "something_new", "constructor"],
  ])("is the operator's when it is %s", (error) => {
    const refusal = read({ error, claims: C1, error_description: "interaction_required" });
    expect(refusal).toMatchObject({ handling: "unrecoverable", reason: "operator", alert: true });
  });

  it("counts even beside a token", () => {
    const body = { error: "invalid_grant", access_token: "x" };
    expect(read(body, { status: 200 })).toMatchObject({ handling: "interactive" });
  });

  it.each(["invalid_client", "unsupported_grant_type"])(
    "is the operator's with a status that is no failure when it is known: %s",
    (error) => {
      expect(read({ error }, { status: 200 })).toMatchObject({ reason: "operator" });
    },
  );

  it.each([
    ...["invalid_grant", "interaction_required", "login_required", "consent_required"],
    ...["user_password_expired", "account_selection_required"],
  ])("is interactive with the claims when it is %s", (error) => {
    const refusal = read({ error, claims: C1, suberror: "additional_action" });
    expect(refusal).toMatchObject({ handling: "interactive", claims: C1 });
  });

  it.each([
    ["in base64", C1_BASE64],
    ["as an object", JSON.parse(C1) as unknown],
    ["as an empty text", ""],
    ["as an empty object", "{}"],
    ["with a null", '{"access_token":null}'],
    ["with a dangerous key", '{"access_token":{"__proto__":{}}}'],
    ["with a control character", '{"access_token":{"a":"\\r\\n"}}'],
    ["of 4,097 bytes", claimsOfBytes(4_097)],
  ])("is interactive without the claims when they come %s", (_how, claims) => {
    expect(read({ error: "invalid_grant", claims })).toEqual({
      handling: "interactive",
      support: { error: "invalid_grant" },
    });
  });

  it.each([
    ["message_only", [53003], "policy-blocked"],
    ["message_only", [], "policy-blocked"],
    ["message_only", [53000], "device"],
    ["message_only", [50000, 53000, 53003], "device"],
    ["protection_policy_required", [53005], "policy-blocked"],
  ])("is explained when the suberror is %s with %j", (suberror, codes, reason) => {
    const refusal = read({ error: "invalid_grant", suberror, error_codes: codes, claims: C1 });
    expect(refusal).toEqual({
      handling: "unrecoverable",
      reason,
      support: expect.any(Object) as object,
    });
  });

  it("stops for five minutes when the authority found a loop", () => {
    const expected = {
      handling: "unrecoverable",
      reason: "loop",
      coolDownSeconds: 300,
      alert: true,
    };
    expect(read({ error: "invalid_grant", error_codes: [70000, 50196] })).toMatchObject(expected);
    expect(read({ error: "invalid_grant", error_codes: ["50196"] })).toMatchObject(expected);
    expect(read({ error: "invalid_grant", error_description: "AADSTS50196: Loop." })).toMatchObject(
      {
        handling: "interactive",
      },
    );
  });

  it("follows no claims of a refresh token of another client", () => {
    const body = { error: "invalid_grant", suberror: "client_mismatch", claims: C1 };
    expect(read(body)).toEqual({
      handling: "interactive",
      dropRefreshToken: true,
      alert: true,
      support: { error: "invalid_grant", suberror: "client_mismatch" },
    });
  });

  it.each([
    [{ suberror: "bad_token" }, true],
    [{ suberror: "token_expired", error_codes: [70043] }, true],
    [{ error_codes: [700082] }, true],
    [{ error_codes: [50132] }, true],
    [{ error_codes: [50057] }, true],
    [{ error_codes: [50076], suberror: "basic_action" }, undefined],
    [{ error_codes: [65001] }, undefined],
    [{ error_description: "AADSTS70043: bad_token" }, undefined],
  ])("drops the refresh token or not: %j", (more, expected) => {
    const refusal = read({ error: "invalid_grant", ...more });
    expect(refusal).toHaveProperty("handling", "interactive");
    expect((refusal as { dropRefreshToken?: true }).dropRefreshToken).toBe(expected);
  });

  it("drops no refresh token when a code is refused", () => {
    const body = { error: "invalid_grant", error_codes: [70008], suberror: "bad_token" };
    expect(read(body, { grant: "authorization_code" })).not.toHaveProperty("dropRefreshToken");
  });

  it.each([50057, 500571, 50034, 51004])("ends the session with AADSTS%i", (code) => {
    const body = { error: "invalid_grant", error_codes: [code] };
    expect(read(body)).toMatchObject({ handling: "interactive", endSession: true });
    expect(read({ ...body, suberror: "message_only" })).toMatchObject({ endSession: true });
  });

  it.each([
    [{ error: "consent_required" }],
    [{ error: "invalid_grant", suberror: "consent_required" }],
    [{ error: "invalid_grant", error_codes: [65001] }],
  ])("asks for consent: %j", (body) => {
    expect(read(body)).toMatchObject({ handling: "interactive" });
  });
});
