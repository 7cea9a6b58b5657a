import { describe, expect, it } from "vitest";
import { fetchMetadata } from "../../../src/auth/authority/metadata.js";

const CLOUD = "https://login.example.com";
const TENANT = "3f1c9a52-7b8e-4d0a-9c61-2f5e8d7b4a10";

/** Fetches metadata that are this response. */
function fetchFrom(answer: () => Response | Promise<Response>): Promise<unknown> {
  const request = { cloudInstance: CLOUD, tenantId: TENANT, clientId: "app" };
  return fetchMetadata(request, () => Promise.resolve().then(answer));
}

function codedError(code: string): Error {
  return Object.assign(new Error("x"), { code });
}

describe("an authority's metadata", () => {
  it.each([
    [400, 90002, "TENANT_ID"],
    [404, undefined, "CLOUD_INSTANCE"],
    [401, 700016, "CLIENT_ID"],
    [499, undefined, "TENANT_ID"],
  ])("are refused with status %i and AADSTS%i: look at %s", async (status, aadsts, setting) => {
    const body = aadsts === undefined ? "<h1>" : { error: "invalid", error_codes: [aadsts] };
    const failing = fetchFrom(() => Response.json(body, { status }));
    await expect(failing).rejects.toMatchObject({
      code: "ERR_AUTHORITY_UNFIT",
      details: { status, aadsts, address: expect.stringContaining(TENANT) as string },
    });
    await expect(failing).rejects.toThrow(setting);
  });

  it.each([302, 408, 429, 500])("are unavailable for now with status %i", async (status) => {
    const failing = fetchFrom(() => new Response("", { status }));
    await expect(failing).rejects.toMatchObject({
      code: "ERR_AUTHORITY_UNAVAILABLE",
      details: { status, address: expect.stringContaining(TENANT) as string },
    });
  });

  it.each([
    ["its code", Object.assign(new Error("x"), { code: "ECONNRESET" }), "ECONNRESET"],
    ["its cause's code", new TypeError("x", { cause: codedError("ENOTFOUND") }), "ENOTFOUND"],
    ["its name", new RangeError("x"), "RangeError"],
    ["the name of a time-out", new DOMException("", "TimeoutError"), "TimeoutError"],
    ["nothing of what is no error", "x", undefined],
  ])("are unavailable after a failure, which is known by %s", async (_what, cause, reason) => {
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- one is no error
    const failing = fetchFrom(() => Promise.reject(cause));
    await expect(failing).rejects.toMatchObject({ code: "ERR_AUTHORITY_UNAVAILABLE", cause });
    await expect(failing).rejects.toHaveProperty("details.reason", reason);
  });

  it("are not trusted when the certificate does not verify", async () => {
    const cause = new TypeError("fetch failed", { cause: codedError("CERT_HAS_EXPIRED") });
    const failing = fetchFrom(() => Promise.reject(cause));
    await expect(failing).rejects.toMatchObject({
      code: "ERR_AUTHORITY_UNTRUSTED",
      cause,
      details: { reason: "CERT_HAS_EXPIRED" },
    });
  });
});
