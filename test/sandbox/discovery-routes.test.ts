import { afterAll, describe, expect, it } from "vitest";
import { startTestSandbox } from "./test-client.js";

const sandbox = await startTestSandbox();
afterAll(() => sandbox.close());

async function readJson(path: string): Promise<Record<string, unknown>> {
  return (await (await fetch(sandbox.url + path)).json()) as Record<string, unknown>;
}

describe("discovery", () => {
  it("names the same issuer and endpoints under every name of the tenant", async () => {
    for (const tenant of [sandbox.tenantId, "sandbox.example", "common", "organizations"]) {
      const metadata = await readJson(`/${tenant}/v2.0/.well-known/openid-configuration`);
      expect(metadata).toMatchObject({
        issuer: `${sandbox.url}/${sandbox.tenantId}/v2.0`,
        token_endpoint: `${sandbox.url}/${sandbox.tenantId}/oauth2/v2.0/token`,
      });
    }
  });

  it("publishes a public key and nothing private", async () => {
    const { keys } = await readJson(`/${sandbox.tenantId}/discovery/v2.0/keys`);
    const [key] = keys as Record<string, unknown>[];
    expect(Object.keys(key ?? {}).sort()).toEqual(["e", "issuer", "kid", "kty", "n", "use"]);
  });

  it("supports MSAL's instance discovery", async () => {
    const metadata = await readJson("/common/discovery/instance?api-version=1.1");
    const { host } = new URL(sandbox.url);
    expect(metadata).toMatchObject({
      tenant_discovery_endpoint: expect.stringContaining(sandbox.tenantId) as string,
      metadata: [{ preferred_network: host, aliases: [host] }],
    });
  });

  it.each([
    "/oauth2/v2.0/devicecode",
    "/oauth2/v2.0/authorise",
    "/oauth2/authorize",
    "/v2.0/.well-known/oauth-authorization-server",
    "/discovery/keys",
  ])("responds to %s of a known tenant with 404, under each of its names", async (path) => {
    const names = [sandbox.tenantId, sandbox.tenantId.toUpperCase(), "common", "sandbox.example"];
    for (const tenant of names) {
      const response = await fetch(`${sandbox.url}/${tenant}${path}`);
      expect(response.status).toBe(404);
      expect(await response.text()).not.toContain("AADSTS90002");
    }
  });

  it.each(["/v2.0/.well-known/openid-configuration", "/discovery/v2.0/keys", "/oauth2/v2.0/token"])(
    "responds to %s of an unknown tenant as Entra does",
    async (path) => {
      const response = await fetch(`${sandbox.url}/another-tenant${path}`);
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ error_codes: [90002] });
    },
  );

  it("signs with another key at each start", async () => {
    const other = await startTestSandbox();
    const path = `/${sandbox.tenantId}/discovery/v2.0/keys`;
    const theirs = (await (await fetch(other.url + path)).json()) as { keys: { kid: string }[] };
    const { keys } = (await readJson(path)) as { keys: { kid: string }[] };
    expect(theirs.keys[0]?.kid).not.toBe(keys[0]?.kid);
    await other.close();
  });

  it("uses its public address in the metadata when it has one", async () => {
    const other = await startTestSandbox({ publicUrl: "https://sandbox.example" });
    const response = await fetch(
      `http://127.0.0.1:${other.port}/common/v2.0/.well-known/openid-configuration`,
    );
    const { issuer } = (await response.json()) as { issuer: string };
    expect(issuer).toBe(`https://sandbox.example/${sandbox.tenantId}/v2.0`);
    await other.close();
  });
});
