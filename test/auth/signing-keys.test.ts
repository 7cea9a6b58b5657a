import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createIdTokenVerifier, type VerifyIdToken } from "../../src/auth/id-token.js";
import type { IdTokenClaims } from "../../src/auth/id-token-claims.js";
import { startAuthority } from "../support/authority.js";
import { setUpForAll } from "../support/set-up.js";
import { signIdToken, verifyRedeemed } from "./id-token-fixture.js";

const authority = setUpForAll(() => startAuthority());
let verify: VerifyIdToken;

beforeEach(() => {
  authority.seen.length = 0;
  verify = createIdTokenVerifier(fetch, () => Date.now());
});

afterEach(() => {
  vi.useRealTimers();
});

function verifyToken(token: string): Promise<IdTokenClaims> {
  return verifyRedeemed(verify, authority, token);
}

function keyRequests(): number {
  return authority.requestsTo("/keys").length;
}

describe("the authority's keys", () => {
  it("are fetched once for any number of tokens", async () => {
    const token = await signIdToken(authority);
    await Promise.all(Array.from({ length: 20 }, () => verifyToken(token)));
    await verifyToken(await signIdToken(authority));
    expect(keyRequests()).toBe(1);
  });

  it("are fetched once more for a key that is new", async () => {
    await verifyToken(await signIdToken(authority));
    await authority.rotateKey();
    vi.useFakeTimers({ now: Date.now() + 31_000, toFake: ["Date"] });
    await expect(verifyToken(await signIdToken(authority))).resolves.toMatchObject({
      oid: "person",
    });
    expect(keyRequests()).toBe(2);
  });

  it("are not fetched again and again for keys that nobody has", async () => {
    for (let count = 0; count < 10; count += 1) {
      const token = await signIdToken(authority, {}, { header: { kid: `unknown-${count}` } });
      await expect(verifyToken(token)).rejects.toMatchObject({ code: "ERR_ID_TOKEN_INVALID" });
    }
    expect(keyRequests()).toBe(1);
  });

  it("are not fetched again within a day", async () => {
    await verifyToken(await signIdToken(authority));
    vi.useFakeTimers({ now: Date.now() + 23 * 60 * 60 * 1000, toFake: ["Date"] });
    await verifyToken(await signIdToken(authority));
    expect(keyRequests()).toBe(1);
  });

  it("are fetched anew after a day", async () => {
    await verifyToken(await signIdToken(authority));
    vi.useFakeTimers({ now: Date.now() + 24 * 60 * 60 * 1000, toFake: ["Date"] });
    await verifyToken(await signIdToken(authority));
    expect(keyRequests()).toBe(2);
  });

  it.each([
    ["nobody answers", () => Promise.reject(new TypeError("fetch failed"))],
    ["the answer is an error", () => Promise.resolve(new Response("", { status: 500 }))],
    ["the answer is a redirect", () => Promise.resolve(new Response("", { status: 302 }))],
    ["the answer is a page", () => Promise.resolve(new Response("<h1>Hello</h1>"))],
    ["the answer holds no keys", () => Promise.resolve(Response.json({ error: "x" }))],
    ["the time is over", () => Promise.reject(new DOMException("", "TimeoutError"))],
  ])("are not to be had when %s, which is no fault of the token", async (_name, answer) => {
    verify = createIdTokenVerifier(answer, Date.now);
    const failing = verifyToken(await signIdToken(authority));
    await expect(failing).rejects.toMatchObject({ code: "ERR_AUTHORITY_UNAVAILABLE", status: 503 });
  });

  it("have a limit of time", async () => {
    const signals: unknown[] = [];
    verify = createIdTokenVerifier((url, init) => {
      signals.push(init?.signal);
      return fetch(url, init);
    }, Date.now);
    await verifyToken(await signIdToken(authority));
    expect(signals).toEqual([expect.any(AbortSignal)]);
  });

  it("are not taken from a response that is an error", async () => {
    verify = createIdTokenVerifier(async (url) => {
      const keys: unknown = await (await fetch(url)).json();
      return Response.json(keys, { status: 500 });
    }, Date.now);
    const failing = verifyToken(await signIdToken(authority));
    await expect(failing).rejects.toMatchObject({ code: "ERR_AUTHORITY_UNAVAILABLE" });
  });

  it("are not trusted when the certificate of their host does not verify", async () => {
    const cause = Object.assign(new Error("x"), { code: "CERT_HAS_EXPIRED" });
    verify = createIdTokenVerifier(() => Promise.reject(cause), Date.now);
    const failing = verifyToken(await signIdToken(authority));
    await expect(failing).rejects.toMatchObject({
      code: "ERR_AUTHORITY_UNTRUSTED",
      cause,
      details: { address: expect.stringContaining("/keys") as string },
    });
  });

  it("leave their address and the cause for the log when they are unavailable", async () => {
    const cause = new TypeError("fetch failed");
    verify = createIdTokenVerifier(() => Promise.reject(cause), Date.now);
    const failing = verifyToken(await signIdToken(authority));
    await expect(failing).rejects.toMatchObject({
      cause,
      details: { address: expect.stringContaining("/keys") as string },
    });
  });

  it("are asked for again once they can be had", async () => {
    const answers = vi.fn<typeof fetch>(fetch).mockRejectedValueOnce(new TypeError("fetch failed"));
    verify = createIdTokenVerifier(answers, Date.now);
    const token = await signIdToken(authority);
    await expect(verifyToken(token)).rejects.toMatchObject({ code: "ERR_AUTHORITY_UNAVAILABLE" });
    await expect(verifyToken(token)).resolves.toMatchObject({ oid: "person" });
  });
});
