import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { createOutboundFetch, type OutboundFetch } from "../src/outbound-fetch.js";
import {
  type ConnectProxy,
  PROXY_CREDENTIALS,
  refuseWith,
  startConnectProxy,
} from "./support/connect-proxy.js";
import { listen } from "./support/listen.js";
import { setUpForEach } from "./support/set-up.js";

/** No server is there: these requests end at the proxy. */
const API = "https://api.example:8443";

describe("createOutboundFetch with a proxy", () => {
  const proxy: ConnectProxy = setUpForEach(startConnectProxy);

  function createFetch(except = "", allowed = API): OutboundFetch {
    return createOutboundFetch({ allowed: [allowed], proxy: { url: proxy.url, except } });
  }

  async function failureOf(fetch: OutboundFetch): Promise<Record<string, unknown>> {
    const signal = AbortSignal.timeout(20_000);
    const outcome = await fetch(`${API}/`, { signal }).catch((error: unknown) => error);
    expect(outcome).toBeInstanceOf(Error);
    return outcome as Record<string, unknown>;
  }

  it.each([407, 403, 502, 503])("reports the status %i of a refused tunnel", async (status) => {
    proxy.refusal = refuseWith(status);
    expect(await failureOf(createFetch())).toMatchObject({ code: `ERR_PROXY_${status}` });
    expect(proxy.asked).toEqual(["api.example:8443"]);
  });

  it("asks once when the proxy closes the connection without a response", async () => {
    proxy.refusal = (socket) => socket.destroy();
    const fetch = createFetch();
    expect(await failureOf(fetch)).toMatchObject({ code: "ERR_PROXY_UNAVAILABLE" });
    expect(proxy.asked).toHaveLength(1);
    expect(await failureOf(fetch)).toMatchObject({ code: "ERR_PROXY_UNAVAILABLE" });
    expect(proxy.asked).toHaveLength(2);
  });

  it("fails when nothing listens at the address of the proxy", async () => {
    await proxy.close();
    const error = await failureOf(createFetch());
    expect(error).toMatchObject({ code: "ERR_PROXY_UNAVAILABLE", cause: { code: "ECONNREFUSED" } });
  });

  it("gives up when the signal says so while the proxy is silent", async () => {
    proxy.refusal = () => undefined;
    const controller = new AbortController();
    const outcome = createFetch()(`${API}/`, { signal: controller.signal });
    await expect.poll(() => proxy.asked).toHaveLength(1);
    controller.abort();
    await expect(outcome).rejects.toMatchObject({ name: "AbortError" });
  });

  it("is refused with a wrong password, which no part of the error contains", async () => {
    const url = new URL(proxy.url);
    url.password = "wrong%20password";
    const fetch = createOutboundFetch({ allowed: [API], proxy: { url: url.href, except: "" } });
    const error = await failureOf(fetch);
    expect(error).toMatchObject({ code: "ERR_PROXY_407" });
    expect(inspect(error)).not.toMatch(/wrong|Basic/);
  });

  it.each(["api.example", "other.example, .example", "api.example:8443", "*"])(
    "calls a host of NO_PROXY=%s without it",
    async (except) => {
      const error = await failureOf(createFetch(except));
      expect(error).not.toMatchObject({ name: "ProxyError" });
      expect(proxy.asked).toEqual([]);
    },
  );

  it.each(["api.example:443", "pi.example", "example.api"])(
    "uses it for a host that NO_PROXY=%s does not name",
    async (except) => {
      proxy.refusal = refuseWith(503);
      await failureOf(createFetch(except));
      expect(proxy.asked).toEqual(["api.example:8443"]);
    },
  );

  it("calls http on this machine directly", async () => {
    const server = await listen((_request, response) => response.end("direct"));
    const response = await createFetch("", server.url)(server.url);
    expect(await response.text()).toBe("direct");
    expect(proxy.asked).toEqual([]);
    await server.close();
  });

  it("sends a user without a password, too", async () => {
    const seen: (string | undefined)[] = [];
    proxy.refusal = (socket, request) => {
      seen.push(request.headers["proxy-authorization"]);
      refuseWith(407)(socket);
    };
    const url = new URL(proxy.url);
    url.password = "";
    await failureOf(createOutboundFetch({ allowed: [API], proxy: { url: url.href, except: "" } }));
    const expected = Buffer.from(`${PROXY_CREDENTIALS.user}:`).toString("base64");
    expect(seen).toEqual([`Basic ${expected}`]);
  });
});
