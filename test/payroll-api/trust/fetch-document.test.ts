import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startAuthority } from "../../support/authority.js";
import { tokenError } from "../../support/authority-grants.js";
import { createCollectedLog } from "../../support/collected-log.js";
import { startScriptedApi } from "../../support/scripted-api.js";
import { makeSelfSigned } from "../../support/self-signed.js";
import { type AuthorityFixture, KEYS, startAuthorityFixture } from "./authority-fixture.js";

describe("an authority that is unavailable or broken", () => {
  let fixture: AuthorityFixture;

  beforeAll(async () => {
    fixture = await startAuthorityFixture();
    return fixture.close;
  });

  beforeEach(() => fixture.reset());

  it("makes the API respond with 503, and not 401, while it is down", async () => {
    await fixture.start({ fetch: () => Promise.reject(new TypeError("fetch failed")) });
    const response = await fixture.getPayslips();
    expect(response.status).toBe(503);
    expect(Number(response.headers.get("Retry-After"))).toBeGreaterThan(0);
    expect(response.headers.get("WWW-Authenticate")).toBeNull();
    expect(await response.json()).toMatchObject({ error: { code: "ERR_AUTHORITY_UNAVAILABLE" } });
  });

  it("is left alone until the Retry-After has passed, then asked again", async () => {
    let isDown = true;
    let asked = 0;
    await fixture.start({
      fetch: (...args) => {
        asked += 1;
        return isDown ? Promise.reject(new TypeError("fetch failed")) : fetch(...args);
      },
    });
    const retryAfter = Number((await fixture.getPayslips()).headers.get("Retry-After"));
    isDown = false;
    expect((await fixture.getPayslips()).status).toBe(503);
    expect(asked).toBe(1);
    fixture.clock.now += retryAfter * 1000;
    expect((await fixture.getPayslips()).status).toBe(200);
  });

  it.each([
    ["fails", { status: 500, body: {} }],
    ["sends HTML", { status: 200, body: "<!doctype html>" }],
    ["sends nothing", { status: 200 }],
    ["sends null", { status: 200, body: "null" }],
  ])("makes the API respond with 503 when it %s", async (_what, answer) => {
    const broken = await startScriptedApi(() => answer);
    await fixture.start({ cloudInstance: broken.url });
    expect((await fixture.getPayslips()).status).toBe(503);
    expect(broken.seen).toHaveLength(1);
    await broken.close();
  });

  it.each([
    [tokenError(90002, "invalid_tenant"), "ERR_AUTHORITY_UNFIT", /TENANT_ID.*"aadsts":90002/],
    [{ status: 404, body: "a page" }, "ERR_AUTHORITY_UNFIT", /CLOUD_INSTANCE and TENANT_ID/],
    [{ status: 429 }, "ERR_AUTHORITY_UNAVAILABLE", /"level":40/],
    [{ status: 503 }, "ERR_AUTHORITY_UNAVAILABLE", /"level":40/],
  ])("responds to discovery with %j, which is %s", async (answer, code, logged) => {
    const { log, lines } = createCollectedLog("debug");
    fixture.authority.metadataAnswer = answer;
    await fixture.start({ log });
    const response = await fixture.getPayslips();
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ error: { code } });
    expect(lines.join("\n")).toMatch(logged);
    expect(lines.join("\n")).toContain(`"status":${answer.status}`);
  });

  it("is told from one that is silent when its certificate does not verify", async () => {
    const untrusted = await startAuthority({ tls: makeSelfSigned() });
    const { log, lines } = createCollectedLog("debug");
    await fixture.start({ cloudInstance: untrusted.url, log });
    const response = await fixture.getPayslips();
    await untrusted.close();
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ error: { code: "ERR_AUTHORITY_UNTRUSTED" } });
    expect(lines.join("\n")).toContain("DEPTH_ZERO_SELF_SIGNED_CERT");
  });

  it("is not believed when its metadata are too large, though they would fit", async () => {
    fixture.authority.misissue.metadata = { padding: " ".repeat(300_000) };
    await fixture.start();
    expect((await fixture.getPayslips()).status).toBe(503);
    expect(fixture.authority.requestsTo(KEYS)).toHaveLength(0);
  });

  it("is not followed when it redirects, even to the right metadata", async () => {
    const redirecting = await startScriptedApi(({ path }) => ({
      status: 307,
      headers: { location: `${fixture.authority.url}${path}` },
    }));
    fixture.authority.misissue.metadata = {
      issuer: `${redirecting.url}/${fixture.authority.tenantId}/v2.0`,
    };
    await fixture.start({ cloudInstance: redirecting.url });
    expect((await fixture.getPayslips()).status).toBe(503);
    expect(fixture.authority.seen).toHaveLength(0);
    await redirecting.close();
  });
});
