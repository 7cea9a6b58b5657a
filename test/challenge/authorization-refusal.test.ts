import { describe, expect, it } from "vitest";
import { readAuthorizationRefusal } from "../../src/challenge/authorization-refusal.js";
import { C1 } from "./claims-samples.js";

describe("readAuthorizationRefusal", () => {
  it.each([
    [{}, "invalid-response"],
    [{ code: "x" }, "invalid-response"],
    [{ error: ["access_denied", "x"] }, "invalid-response"],
    [{ error: "access_denied", code: "x" }, "invalid-response"],
    [{ error: "access_denied" }, "cancelled"],
    [{ error: "access_denied", error_description: "AADSTS53000: Device." }, "device"],
    [{ error: "access_denied", error_description: "AADSTS50105: x" }, "not-assigned"],
    [{ error: "access_denied", error_description: "See AADSTS50105: x" }, "cancelled"],
    [{ error: "access_denied", error_description: "AADSTS65004: Declined." }, "cancelled"],
    [{ error: "interaction_required", error_uri: "https://a/error?code=50105" }, "not-assigned"],
    [{ error: "consent_required", error_uri: "https://a/error?code=90094" }, "admin-consent"],
    [{ error: "consent_required", error_description: "AADSTS90094: x" }, "admin-consent"],
    [{ error: "interaction_required", error_description: "AADSTS53003: x" }, "policy-blocked"],
    [{ error: "login_required", error_description: "AADSTS53004: x" }, "register-mfa"],
    [{ error: "access_denied", error_uri: "https://a/error?code=53000" }, "device"],
    [{ error: "access_denied", error_uri: "https://a/error?code=50105" }, "not-assigned"],
    [{ error: "access_denied", error_uri: "https://a/error?code=90094&x=y" }, "admin-consent"],
    [{ error: "access_denied", error_uri: "https://a/error?code=65004" }, "cancelled"],
    [{ error: "interaction_required", suberror: "message_only" }, "policy-blocked"],
    [{ error: "login_required", error_uri: "https://a/error?code=50196" }, "loop"],
    [{ error: "unmet_authentication_requirements" }, "cannot-step-up"],
    [{ error: "invalid_request" }, "request-rejected"],
    [{ error: "<script>" }, "request-rejected"],
  ])("explains %j", (answer, reason) => {
    const refusal = readAuthorizationRefusal(answer);
    expect(refusal).toMatchObject({ handling: "unrecoverable", reason });
    expect(refusal).not.toHaveProperty("alert");
  });

  it("never ends a session on the word of a browser", () => {
    const answer = { error: "login_required", error_uri: "https://a/error?code=50057" };
    expect(readAuthorizationRefusal(answer)).toEqual({
      handling: "unrecoverable",
      reason: "account-disabled",
      support: { error: "login_required", aadsts: 50057 },
    });
  });

  it("is interactive with usable claims", () => {
    const answer = { error: "interaction_required", claims: C1 };
    expect(readAuthorizationRefusal(answer)).toMatchObject({ handling: "interactive", claims: C1 });
  });

  it("is transient without another try when the authority is not well", () => {
    const refusal = readAuthorizationRefusal({ error: "server_error" });
    expect(refusal).toEqual({ handling: "transient", support: { error: "server_error" } });
  });
});
