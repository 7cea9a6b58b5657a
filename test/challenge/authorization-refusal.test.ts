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
    [{ error: "access_denied", error_description: "AADSTS53000: Device." }, "cancelled"],
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
      handling: "interactive",
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
