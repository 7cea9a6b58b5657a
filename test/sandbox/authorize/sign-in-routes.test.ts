import { createRemoteJWKSet, jwtVerify } from "jose";
import { afterAll, describe, expect, it } from "vitest";
import { browse, press, walkSignIn } from "../drive-pages.js";
import { readPage } from "../html-page.js";
import {
  buildFlow,
  claimsFor,
  parametersOf,
  REDIRECT_URI,
  signIn,
  startTestSandbox,
} from "../test-client.js";

const sandbox = await startTestSandbox();
afterAll(() => sandbox.close());

describe("signing in on the pages", () => {
  it("issues tokens that verify with the published keys", async () => {
    const signedIn = await signIn(sandbox);
    const keys = createRemoteJWKSet(
      new URL(`${sandbox.url}/${sandbox.tenantId}/discovery/v2.0/keys`),
    );
    const { payload } = await jwtVerify(signedIn.id_token, keys, {
      issuer: `${sandbox.url}/${sandbox.tenantId}/v2.0`,
      audience: sandbox.clientId,
      algorithms: ["RS256"],
    });
    expect(payload).toMatchObject({
      nonce: "nonce-1",
      preferred_username: "ada@sandbox.example",
      tid: sandbox.tenantId,
      ver: "2.0",
    });
    expect(signedIn.accessClaims).toMatchObject({
      aud: sandbox.payrollAudience,
      azp: sandbox.clientId,
      scp: "Payroll.Read",
      oid: payload["oid"],
      sid: payload["sid"],
    });
    expect(signedIn.accessClaims.sub).not.toBe(payload.sub);
    expect(signedIn.walk.pagesSeen).toEqual(["Pick an account", "Enter password"]);
  });

  it("sends state, session_state and client_info back with the code", async () => {
    const { walk, idClaims } = await signIn(sandbox);
    const parameters = parametersOf(walk.location);
    expect(parameters.get("state")).toBe("state-1");
    expect(parameters.get("session_state")).toBe(idClaims["sid"]);
    expect(JSON.parse(atob(parameters.get("client_info") ?? ""))).toEqual({
      uid: idClaims["oid"],
      utid: sandbox.tenantId,
    });
  });

  it("asks nothing of somebody who is signed in", async () => {
    const { walk } = await signIn(sandbox);
    const again = await signIn(sandbox, { cookies: walk.cookies });
    expect(again.walk.pagesSeen).toEqual([]);
  });

  it("asks which account when two are signed in", async () => {
    const { walk } = await signIn(sandbox, { person: "Ada" });
    await signIn(sandbox, { cookies: walk.cookies, person: "Cleo" }, { prompt: "select_account" });
    const third = await signIn(sandbox, { cookies: walk.cookies, person: "Cleo" });
    expect(third.walk.pagesSeen).toEqual(["Pick an account"]);
    expect(third.idClaims["preferred_username"]).toBe("cleo@sandbox.example");
  });

  it("goes to the account that login_hint names", async () => {
    const signedIn = await signIn(sandbox, {}, { login_hint: "cleo@sandbox.example" });
    expect(signedIn.walk.pagesSeen).toEqual(["Enter password"]);
    expect(signedIn.idClaims["preferred_username"]).toBe("cleo@sandbox.example");
  });

  it("accepts the login_hint claim of its own ID tokens", async () => {
    const { idClaims } = await signIn(sandbox, { person: "Cleo" });
    const hinted = await signIn(sandbox, {}, { login_hint: String(idClaims["login_hint"]) });
    expect(hinted.idClaims["oid"]).toBe(idClaims["oid"]);
  });

  it("goes to the account of the session that sid names", async () => {
    const { walk, idClaims } = await signIn(sandbox, { person: "Ada" });
    const { cookies } = walk;
    await signIn(sandbox, { cookies, person: "Cleo" }, { prompt: "select_account" });
    const again = await signIn(sandbox, { cookies }, { sid: String(idClaims["sid"]) });
    expect(again.walk.pagesSeen).toEqual([]);
    expect(again.idClaims["sid"]).toBe(idClaims["sid"]);
  });

  it("asks for the password again when prompt is login", async () => {
    const { walk } = await signIn(sandbox);
    const again = await signIn(sandbox, { cookies: walk.cookies }, { prompt: "login" });
    expect(again.walk.pagesSeen).toEqual(["Enter password"]);
  });

  it("asks for the password again when it is older than max_age", async () => {
    const { walk } = await signIn(sandbox);
    sandbox.advance(61_000);
    const { cookies } = walk;
    const young = await signIn(sandbox, { cookies }, { max_age: "120" });
    const old = await signIn(sandbox, { cookies }, { max_age: "60" });
    expect([young.walk.pagesSeen, old.walk.pagesSeen]).toEqual([[], ["Enter password"]]);
    expect(old.idClaims["auth_time"]).toBeGreaterThan(Number(young.idClaims["auth_time"]));
  });

  it("sends access_denied back when the person cancels, on each page", async () => {
    const headings = ["Pick an account", "Enter password", "Approve the sign-in"];
    for (const cancelAt of headings) {
      const flow = buildFlow(sandbox, { claims: claimsFor("c1") });
      const { location } = await walkSignIn({ authorizeUrl: flow.url, cancelAt });
      expect(parametersOf(location).get("error")).toBe("access_denied");
      expect(parametersOf(location).get("error_subcode")).toBe("cancel");
      expect(parametersOf(location).get("state")).toBe("state-1");
    }
  });

  it("shows the password's page again when it is wrong", async () => {
    const { url } = buildFlow(sandbox, { login_hint: "ada@sandbox.example" });
    const cookies = new Map<string, string>();
    const start = await browse({ url }, cookies);
    const address = new URL(start.headers.get("location") ?? "", url).href;
    const page = readPage(await (await browse({ url: address }, cookies)).text());
    const { url: action, form } = press(page, "Sign in", { password: "guess" });
    await browse({ url: new URL(action, url).href, form }, cookies);
    const next = readPage(await (await browse({ url: address }, cookies)).text());
    expect(next.heading).toBe("Enter password");
    expect(next.text).toContain("This password is wrong.");
  });

  it("is bound to the browser that started it", async () => {
    const { url } = buildFlow(sandbox);
    const start = await browse({ url }, new Map());
    const address = new URL(start.headers.get("location") ?? "", url).href;
    const stranger = new Map<string, string>();
    expect((await browse({ url: address }, stranger)).status).toBe(404);
    const form = new URLSearchParams({ person: "ada" });
    const posted = await browse({ url: `${address}/account`, form }, stranger);
    expect(posted.status).toBe(404);
  });

  it("sends the response in a form when response_mode is form_post", async () => {
    const { walk } = await signIn(sandbox);
    const { url } = buildFlow(sandbox, { response_mode: "form_post" });
    const response = await browse({ url }, walk.cookies);
    const [form] = readPage(await response.text()).forms;
    expect(form?.action).toBe(REDIRECT_URI);
    expect(form?.fields.get("state")).toBe("state-1");
    expect(form?.fields.get("code")).toMatch(/^[\w-]{43}$/);
  });
});
