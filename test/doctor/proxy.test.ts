import { describe, expect, it } from "vitest";
import { type Config, readConfig } from "../../src/config/config.js";
import { checkProxy, proxyFor } from "../../src/doctor/checks/proxy.js";
import { refuseWith, startConnectProxy } from "../support/connect-proxy.js";
import { freePort } from "../support/free-port.js";
import { listen } from "../support/listen.js";
import { makeSelfSigned } from "../support/self-signed.js";
import { setUpForAll } from "../support/set-up.js";
import { RANDOM_SECRET } from "./examine.js";

describe("checkProxy", () => {
  const proxy = setUpForAll(() => startConnectProxy());
  const target = setUpForAll(() => listen(() => undefined, makeSelfSigned()));

  async function check(settings: Readonly<Record<string, string>>) {
    const client = { TENANT_ID: "contoso.example", CLIENT_ID: "c", CLIENT_SECRET: "s" };
    const [finding] = await checkProxy(
      readConfig({
        ...client,
        ...{ SESSION_SECRET: RANDOM_SECRET, CLOUD_INSTANCE: target.url, ...settings },
      }),
    );
    return finding;
  }

  it("accepts one that connects to the authority", async () => {
    expect(await check({ HTTPS_PROXY: proxy.url })).toMatchObject({ level: "ok" });
    expect(proxy.asked).toContain(new URL(target.url).host);
  });

  it("finds that it wants another password, and does not print it", async () => {
    const url = new URL(proxy.url);
    url.password = "hunter2";
    const refused = await check({ HTTPS_PROXY: url.href });
    expect(refused).toMatchObject({ level: "wrong" });
    expect(refused?.text).toContain("407");
    expect(refused?.cure).toContain("password");
    expect(JSON.stringify(refused)).not.toContain("hunter2");
  });

  it("finds one that does not connect to the authority", async () => {
    proxy.refusal = refuseWith(403);
    const refused = await check({ HTTPS_PROXY: proxy.url });
    proxy.refusal = undefined;
    expect(refused).toMatchObject({ level: "wrong" });
    expect(refused?.text).toContain("403");
    expect(refused?.cure).toContain(new URL(target.url).host);
  });

  it("finds one that does not respond", async () => {
    const finding = await check({ HTTPS_PROXY: `http://127.0.0.1:${await freePort()}` });
    expect(finding).toMatchObject({ level: "wrong" });
    expect(finding?.text).toContain("ECONNREFUSED");
  });

  it("finds one that is another server", async () => {
    const other = await listen((_request, response) => response.writeHead(404).end());
    const finding = await check({ HTTPS_PROXY: other.url });
    await other.close();
    expect(finding).toMatchObject({ level: "wrong" });
  });

  it("does not use it for a host that NO_PROXY names", async () => {
    const dead = `http://127.0.0.1:${await freePort()}`;
    expect(await check({ HTTPS_PROXY: dead, NO_PROXY: "localhost" })).toMatchObject({
      level: "ok",
    });
  });

  it("says nothing when there is none", async () => {
    expect(await check({})).toBeUndefined();
  });
});

describe("proxyFor", () => {
  it.each([
    ["*", true],
    ["login.example.com", true],
    ["LOGIN.example.com", true],
    ["example.com", true],
    [".example.com", true],
    ["*.example.com", true],
    ["other.com, example.com", true],
    ["login.example.com:443", true],
    ["login.example.com:8443", false],
    ["ample.com", false],
    ["", false],
  ])("excepts login.example.com for %s: %s", (except, isExcepted) => {
    const proxy: Config["proxy"] = { url: "http://proxy.example.com:8080", except };
    const found = proxyFor(new URL("https://login.example.com/tenant"), proxy);
    expect(found === undefined).toBe(isExcepted);
  });
});
