import { createHash, randomUUID } from "node:crypto";
import { get } from "node:https";
import { createRemoteJWKSet, decodeJwt, jwtVerify } from "jose";
import { describe, expect, it } from "vitest";
import { startAuthority } from "./authority.js";
import { makeSelfSigned } from "./self-signed.js";
import { setUpForAll } from "./set-up.js";

const VERIFIER = "v".repeat(43);
const SCOPE = "openid profile offline_access api://payroll/Payroll.Read";
const REDIRECT_URI = "http://localhost:3000/redirect";

describe("startAuthority", () => {
  const authority = setUpForAll(() => startAuthority({ clientSecret: "right" }));

  function endpoint(path: string): string {
    return `${authority.url}/${authority.tenantId}/oauth2/v2.0/${path}`;
  }

  async function authorize(more: Record<string, string> = {}): Promise<URL> {
    const query = new URLSearchParams({
      client_id: "client",
      scope: SCOPE,
      redirect_uri: REDIRECT_URI,
      state: "state",
      nonce: "nonce",
      code_challenge: createHash("sha256").update(VERIFIER).digest("base64url"),
      ...more,
    });
    const answer = await fetch(`${endpoint("authorize")}?${query.toString()}`, {
      redirect: "manual",
    });
    return new URL(answer.headers.get("location") ?? "");
  }

  async function redeem(form: Record<string, string>): Promise<Record<string, string>> {
    const body = new URLSearchParams({ client_id: "client", client_secret: "right", ...form });
    const answer = await fetch(endpoint("token"), { method: "POST", body });
    return (await answer.json()) as Record<string, string>;
  }

  async function redeemCode(form: Record<string, string> = {}): Promise<Record<string, string>> {
    const code = (await authorize()).searchParams.get("code") ?? "";
    const rest = { redirect_uri: REDIRECT_URI, code_verifier: VERIFIER };
    return redeem({ grant_type: "authorization_code", code, ...rest, ...form });
  }

  it("signs tokens that its published keys verify", async () => {
    const tokens = await redeemCode();
    const keys = createRemoteJWKSet(
      new URL(`${authority.url}/${authority.tenantId}/discovery/v2.0/keys`),
    );
    const { payload } = await jwtVerify(tokens["id_token"] ?? "", keys, {
      issuer: authority.issuer,
      audience: "client",
    });
    expect(payload).toMatchObject({ nonce: "nonce", oid: authority.person.oid });
    expect(decodeJwt(tokens["access_token"] ?? "")).toMatchObject({
      aud: "api://payroll",
      scp: "Payroll.Read",
    });
  });

  it("refuses the code when the verifier differs", async () => {
    expect(await redeemCode({ code_verifier: "x".repeat(43) })).toMatchObject({
      error_codes: [501481],
    });
  });

  it("refuses the client when the secret differs", async () => {
    expect(await redeemCode({ client_secret: "wrong" })).toMatchObject({ error: "invalid_client" });
  });

  it("puts a context into tokens after an authorization request asked for it", async () => {
    const grant = { grant_type: "refresh_token", scope: SCOPE };
    const claims = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}';
    const refresh_token = (await redeemCode())["refresh_token"] ?? "";
    expect(await redeem({ ...grant, refresh_token, claims })).toMatchObject({
      error_codes: [50076],
    });

    await authorize({ claims });
    const tokens = await redeem({ ...grant, refresh_token, claims });
    expect(decodeJwt(tokens["access_token"] ?? "")).toMatchObject({ acrs: ["c1"] });
  });

  it("serves what a test dictates, once", async () => {
    authority.nextTokenAnswers.push({ status: 400, body: { error: randomUUID() } });
    authority.nextAuthorizeAnswer = { error: "access_denied" };
    expect((await authorize()).searchParams.get("error")).toBe("access_denied");
    expect(await redeemCode()).not.toHaveProperty("access_token");
    expect(await redeemCode()).toHaveProperty("access_token");
  });

  it("records what it was asked", async () => {
    const before = authority.requestsTo("/authorize").length;
    await authorize({ login_hint: "ada" });
    const requests = authority.requestsTo("/authorize").slice(before);
    expect(requests.map(({ params }) => params["login_hint"])).toEqual(["ada"]);
  });
});

describe("startAuthority with a certificate", () => {
  it("is trusted by whoever trusts the certificate", async () => {
    const tls = makeSelfSigned();
    const authority = await startAuthority({ tls });
    const path = "/common/v2.0/.well-known/openid-configuration";
    const status = await new Promise((resolve, reject) => {
      get(`${authority.url}${path}`, { ca: tls.cert }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).on("error", reject);
    });
    await authority.close();
    expect(status).toBe(200);
  });
});
