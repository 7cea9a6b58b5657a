import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { decodeJwt } from "jose";
import * as client from "openid-client";
import { describe, expect, it } from "vitest";
import { describeClients } from "../../src/demo/client-settings.js";
import { walkSignIn } from "../sandbox/drive-pages.js";
import { claimsFor, REDIRECT_URI, startTestSandbox, turn } from "../sandbox/test-client.js";
import { setUpForAll } from "../support/set-up.js";

const SCOPE = "openid profile email offline_access api://payroll/Payroll.Read";

const sandbox = setUpForAll(startSandbox);

/** A sandbox, and openid-client as `npm run sandbox` says to set it up for it. */
async function startSandbox() {
  const running = await startTestSandbox();
  const code = describeClients(running).join("\n").split("openid-client:\n")[1]?.split("\n\n")[0];
  const folder = await mkdtemp(join(tmpdir(), "openid-client-"));
  const path = join(folder, "discover.mjs");
  await writeFile(
    path,
    `export async function discover(client) { return ${code?.trim() ?? "undefined"}; }\n`,
  );
  const { discover } = (await import(pathToFileURL(path).href)) as {
    discover: (library: typeof client) => Promise<client.Configuration>;
  };
  await rm(folder, { recursive: true });
  return { ...running, config: await discover(client) };
}

/** Signs Ada in with PKCE, state and nonce. */
async function signIn(parameters: Readonly<Record<string, string>> = {}) {
  const { config } = sandbox;
  const verifier = client.randomPKCECodeVerifier();
  const checks = { expectedState: client.randomState(), expectedNonce: client.randomNonce() };
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: REDIRECT_URI,
    scope: SCOPE,
    state: checks.expectedState,
    nonce: checks.expectedNonce,
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    ...parameters,
  });
  const { location } = await walkSignIn({ authorizeUrl: url.href });
  const expected = { ...checks, pkceCodeVerifier: verifier, idTokenExpected: true };
  return client.authorizationCodeGrant(config, new URL(location), expected);
}

describe("openid-client, set up by discovery with the code that npm run sandbox prints", () => {
  it("signs in, and finds the same person at UserInfo", async () => {
    const tokens = await signIn();
    const { sub = "" } = tokens.claims() ?? {};
    const userInfoTokens = await client.refreshTokenGrant(
      sandbox.config,
      tokens.refresh_token ?? "",
      { scope: "openid profile email" },
    );
    const person = await client.fetchUserInfo(sandbox.config, userInfoTokens.access_token, sub);
    expect(person).toMatchObject({ sub, name: "Ada Okafor", email: "ada@sandbox.example" });
  });

  it("gets an authentication context that it asks for with claims", async () => {
    const tokens = await signIn({ claims: claimsFor("c1") });
    expect(decodeJwt(tokens.access_token)["acrs"]).toContain("c1");
  });

  it("finds the key of an ID token after a rotation", async () => {
    client.enableNonRepudiationChecks(sandbox.config);
    await turn(sandbox, "rotate-keys", {});
    expect((await signIn()).claims()?.["preferred_username"]).toBe("ada@sandbox.example");
  });

  it("gets a token of the app itself", async () => {
    const parameters = { scope: "api://payroll/.default" };
    const tokens = await client.clientCredentialsGrant(sandbox.config, parameters);
    expect(decodeJwt(tokens.access_token)).toMatchObject({ idtyp: "app" });
  });
});
