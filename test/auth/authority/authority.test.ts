import { describe, expect, it, onTestFinished, vi } from "vitest";
import { createAuthority, tenantIdOf } from "../../../src/auth/authority/authority.js";
import { createOutboundFetch } from "../../../src/outbound-fetch.js";
import { FAULTY_RESPONSES } from "../../support/faulty-responses.js";
import { startScriptedApi } from "../../support/scripted-api.js";

const CLOUD = "https://login.example.com";
const TENANT = "3f1c9a52-7b8e-4d0a-9c61-2f5e8d7b4a10";
const OTHER_TENANT = "9d2e7c41-5a6b-4f3c-8e1d-0b9a8c7d6e5f";
const DAY_MS = 24 * 60 * 60 * 1000;

const METADATA = {
  issuer: `${CLOUD}/${TENANT}/v2.0`,
  authorization_endpoint: `${CLOUD}/${TENANT}/oauth2/v2.0/authorize`,
  token_endpoint: `${CLOUD}/${TENANT}/oauth2/v2.0/token`,
  jwks_uri: `${CLOUD}/${TENANT}/discovery/v2.0/keys`,
  end_session_endpoint: `${CLOUD}/${TENANT}/oauth2/v2.0/logout`,
  tenant_region_scope: "EU",
};

/** An authority whose document is this, with the requests that it got and a clock. */
function authorityWith(
  answer: () => Response | Promise<Response> = () => Response.json(METADATA),
  tenantId = TENANT,
) {
  const clock = { now: 0 };
  const fetch = vi.fn<typeof globalThis.fetch>(() => Promise.resolve().then(answer));
  const settings = { cloudInstance: CLOUD, tenantId };
  const authority = createAuthority(settings, { clientId: "app", fetch, now: () => clock.now });
  return { authority, clock, fetch };
}

function authorityThatSays(members: Readonly<Record<string, unknown>>, tenantId = TENANT) {
  return authorityWith(() => Response.json({ ...METADATA, ...members }), tenantId).authority;
}

describe("an authority's metadata", () => {
  it("are fetched from the tenant's address, and all of them are kept", async () => {
    const { authority, fetch } = authorityWith();
    expect(await authority.metadata()).toEqual(METADATA);
    const url = `${CLOUD}/${TENANT}/v2.0/.well-known/openid-configuration?appid=app`;
    expect(fetch.mock.calls.map(([input]) => input)).toEqual([url]);
  });

  it("are fetched once, however many ask at once or later", async () => {
    const { authority, fetch } = authorityWith();
    await Promise.all(Array.from({ length: 50 }, () => authority.metadata()));
    await authority.metadata();
    expect(fetch).toHaveBeenCalledTimes(1);
  });

  it.each(["contoso.example", `${OTHER_TENANT}.example`, `contoso.${OTHER_TENANT}`])(
    "are those of a domain's tenant: %s",
    async (domain) => {
      const metadata = await authorityThatSays({}, domain).metadata();
      expect(tenantIdOf(metadata)).toBe(TENANT);
    },
  );

  it("may name the tenant in the host, as external tenants do", async () => {
    const issuer = `https://${TENANT}.ciamlogin.com/${TENANT}/v2.0`;
    await expect(authorityThatSays({ issuer }).metadata()).resolves.toMatchObject({ issuer });
  });

  it.each(["authorization_endpoint", "token_endpoint", "jwks_uri", "end_session_endpoint"])(
    "are refused when %s is elsewhere, insecure or missing",
    async (name) => {
      for (const value of [
        "https://evil.example/token",
        "https://login.example.com.evil.example/token",
        "https://login.example.com@evil.example/token",
        "http://login.example.com/token",
        "https://login.example.com:8443/token",
        "javascript:alert(1)",
        "/token",
        undefined,
      ]) {
        const refused = authorityThatSays({ [name]: value }).metadata();
        await expect(refused).rejects.toMatchObject({ code: "ERR_AUTHORITY_UNFIT", status: 502 });
      }
    },
  );

  it.each([
    ["another tenant", `${CLOUD}/${OTHER_TENANT}/v2.0`],
    ["another host", `https://evil.example/${TENANT}/v2.0`],
    ["another external tenant", `https://${OTHER_TENANT}.ciamlogin.com/${TENANT}/v2.0`],
    ["another scheme", `http://login.example.com/${TENANT}/v2.0`],
    ["no tenant", `${CLOUD}/v2.0`],
    ["every tenant", `${CLOUD}/{tenantid}/v2.0`],
    ["behind another path", `${CLOUD}/x/${TENANT}/v2.0`],
    ["before another path", `${CLOUD}/${TENANT}/v2.0/x`],
    ["the first version", `${CLOUD}/${TENANT}/`],
    ["more than the tenant", `${CLOUD}/${TENANT}/v2.0?tenant=${OTHER_TENANT}`],
    ["with a fragment", `${CLOUD}/${TENANT}/v2.0#`],
    ["with a name in front", `https://name@login.example.com/${TENANT}/v2.0`],
    ["in capitals", `${CLOUD.toUpperCase()}/${TENANT}/v2.0`],
    ["nothing", undefined],
  ])("are refused when the issuer is %s", async (_name, issuer) => {
    const refused = authorityThatSays({ issuer }).metadata();
    await expect(refused).rejects.toMatchObject({ code: "ERR_AUTHORITY_UNFIT", status: 502 });
  });

  it.each([
    ["nobody answers", () => Promise.reject(new TypeError("fetch failed"))],
    ["the answer is an error", () => new Response("", { status: 500 })],
    ["the answer is a redirect", () => new Response("", { status: 302 })],
    ["the answer is a page", () => new Response("<h1>Hello</h1>")],
  ])("cannot be had when %s, and are asked for again", async (_name, answer) => {
    const answers = [answer, () => Response.json(METADATA)];
    const { authority } = authorityWith(() => answers.shift()?.() ?? Response.error());
    const failing = authority.metadata();
    await expect(failing).rejects.toMatchObject({ code: "ERR_AUTHORITY_UNAVAILABLE", status: 503 });
    await expect(authority.metadata()).resolves.toEqual(METADATA);
  });

  it("are fetched anew after a day, while those that are known serve on", async () => {
    const answers = [METADATA, { ...METADATA, tenant_region_scope: "NA" }];
    const { authority, clock, fetch } = authorityWith(() => Response.json(answers.shift()));
    await authority.metadata();
    clock.now = DAY_MS;
    expect(await authority.metadata()).toMatchObject({ tenant_region_scope: "EU" });
    expect(fetch).toHaveBeenCalledTimes(1);
    clock.now = DAY_MS + 1;
    expect(await authority.metadata()).toMatchObject({ tenant_region_scope: "EU" });
    await vi.waitFor(async () => {
      expect(await authority.metadata()).toMatchObject({ tenant_region_scope: "NA" });
    });
    expect(fetch).toHaveBeenCalledTimes(2);
  });

  it.each([
    ["fail", () => new Response("", { status: 500 })],
    ["are forged", () => Response.json({ ...METADATA, token_endpoint: "https://evil.example/" })],
  ])("serve on when newer ones %s", async (_name, answer) => {
    const answers = [() => Response.json(METADATA), answer];
    const { authority, clock, fetch } = authorityWith(() => (answers.shift() ?? answer)());
    await authority.metadata();
    clock.now = DAY_MS + 1;
    for (let count = 0; count < 5; count += 1) {
      expect(await authority.metadata()).toEqual(METADATA);
    }
    await vi.waitFor(() => {
      expect(fetch.mock.calls.length).toBeGreaterThan(1);
    });
    expect(await authority.metadata()).toEqual(METADATA);
  });

  it("have ten seconds, however slowly they arrive", async () => {
    const controller = new AbortController();
    const timeout = vi.spyOn(AbortSignal, "timeout").mockReturnValue(controller.signal);
    const server = await startScriptedApi(() => FAULTY_RESPONSES["sends a byte at a time"]);
    onTestFinished(async () => {
      timeout.mockRestore();
      await server.close();
    });
    const fetch = createOutboundFetch({ allowed: [server.url] });
    const settings = { cloudInstance: server.url, tenantId: TENANT };
    const authority = createAuthority(settings, { clientId: "app", fetch, now: () => 0 });
    const failing = authority.metadata();
    await vi.waitFor(() => {
      expect(server.seen).toHaveLength(1);
    });
    controller.abort(new DOMException("The time is over", "TimeoutError"));
    await expect(failing).rejects.toMatchObject({
      code: "ERR_AUTHORITY_UNAVAILABLE",
      details: { reason: "TimeoutError" },
    });
    expect(timeout.mock.calls).toEqual([[10_000]]);
  });
});
