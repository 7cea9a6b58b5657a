import { type AuthenticationResult, InteractionRequiredAuthError } from "@azure/msal-node";
import { describe, expect, it } from "vitest";
import { NO_NETWORK, type ReceivedResponse } from "../../src/auth/network-client.js";
import { exchangeTokens, type TokenExchange } from "../../src/auth/token-exchange.js";

const GRANTED = { token_type: "Bearer", access_token: "token" };
const RESULT = { accessToken: "token", account: {} } as AuthenticationResult;

function responseWith(body: object, status = 200): ReceivedResponse {
  return { status, body: JSON.stringify(body) };
}

/** Runs an operation of MSAL that ends like this, after this response of the token endpoint. */
function exchange(
  outcome: Partial<AuthenticationResult> | Error | null,
  response?: ReceivedResponse,
): Promise<TokenExchange> {
  return exchangeTokens(
    () =>
      outcome instanceof Error
        ? Promise.reject(outcome)
        : Promise.resolve(outcome as AuthenticationResult | null),
    {
      networkClient: { ...NO_NETWORK, lastResponse: () => response },
      grant: "refresh_token",
      now: 0,
    },
  );
}

describe("the tokens of an exchange", () => {
  it("are those of MSAL, with the ID token and the time of the response", async () => {
    const response = { ...responseWith({ ...GRANTED, id_token: "id" }), authorityTime: 7 };
    expect(await exchange(RESULT, response)).toEqual({
      ...{ kind: "tokens", result: RESULT },
      ...{ idToken: "id", authorityTime: 7 },
    });
  });

  it("are there without a request", async () => {
    expect(await exchange(RESULT)).toEqual({ kind: "tokens", result: RESULT });
  });

  it.each([
    [undefined, undefined],
    [null, undefined],
    [7, ""],
    [{}, ""],
  ])("have the ID token %j as one that is missing, or does not verify", async (sent, idToken) => {
    const response = responseWith({ ...GRANTED, id_token: sent });
    expect(await exchange(RESULT, response)).toHaveProperty("idToken", idToken);
  });

  it.each(["DPoP", "", undefined])("are unusable when their type is %j", async (type) => {
    const response = responseWith({ ...GRANTED, token_type: type });
    const unfit = { code: "ERR_AUTHORITY_UNFIT" };
    await expect(exchange(RESULT, response)).rejects.toMatchObject(unfit);
    await expect(exchange(new Error("x"), response)).rejects.toMatchObject(unfit);
  });

  it("are of a type whose case does not matter", async () => {
    const response = responseWith({ ...GRANTED, token_type: "BEARER" });
    expect((await exchange(RESULT, response)).kind).toBe("tokens");
  });
});

describe("an exchange without tokens", () => {
  const failure = new Error("MSAL's error");

  it("is what the response means, whatever MSAL says", async () => {
    const response = responseWith({ error: "invalid_grant", suberror: "bad_token" }, 400);
    for (const outcome of [failure, null, { ...RESULT, accessToken: "" }]) {
      expect(await exchange(outcome, response)).toEqual({
        kind: "refused",
        refusal: {
          handling: "interactive",
          dropRefreshToken: true,
          support: { error: "invalid_grant", suberror: "bad_token" },
        },
      });
    }
  });

  it.each([
    ["an error", failure],
    ["nothing", null],
    ["an empty token", { ...RESULT, accessToken: "" }],
    ["no token", { account: RESULT.account }],
    ["no account", { ...RESULT, account: null }],
  ])("does not belong to the sign-in when MSAL has %s of a granted one", async (_what, outcome) => {
    await expect(exchange(outcome, responseWith(GRANTED))).rejects.toMatchObject({
      code: "ERR_ID_TOKEN_INVALID",
      cause: outcome instanceof Error ? failure : undefined,
    });
  });

  it("needs the person when MSAL has nothing to send", async () => {
    expect(await exchange(new InteractionRequiredAuthError("no_tokens_found", ""))).toEqual({
      kind: "refused",
      refusal: { handling: "interactive", support: {} },
    });
  });

  it("is the operator's matter when the client cannot authenticate", async () => {
    const failing = exchange(failure);
    await expect(failing).rejects.toMatchObject({ code: "ERR_CLIENT_CREDENTIAL", cause: failure });
  });
});
