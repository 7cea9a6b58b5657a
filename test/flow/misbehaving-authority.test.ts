import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Actors, useActors } from "../support/actors.js";
import { HttpBrowser, type Visited } from "../support/http-browser.js";

/** Longer than the time between two requests for an unknown key. */
const KEYS_COOLDOWN_MS = 31_000;

/** Makes the sandbox misbehave, signs Ada in, and returns the browser and the web app's response. */
async function signIn(actors: Actors, misbehaviour: string) {
  await actors.control("misbehave", { do: misbehaviour });
  actors.forgetReceived();
  const browser = new HttpBrowser(actors.url);
  const request = await browser.get("/signin");
  const response = await browser.get(
    await browser.atSandbox(request.location ?? "", { person: "Ada" }),
  );
  return { browser, response };
}

/** Expects a page about the problem, one or no token request, and nobody signed in. */
async function expectRefused(
  actors: Actors,
  { browser, response }: { readonly browser: HttpBrowser; readonly response: Visited },
  tokenRequests: number,
): Promise<void> {
  expect(response.status).toBeGreaterThanOrEqual(400);
  expect(response.location).toBeUndefined();
  expect((await browser.getJson("/profile")).status).toBe(401);
  expect((await browser.getJson("/payslips")).status).toBe(401);
  expect(actors.receivedAt("/token")).toHaveLength(tokenRequests);
  expect(actors.receivedAt("/authorize")).toHaveLength(1);
  expect(actors.receivedAt("/v1.0/me")).toEqual([]);
  expect(actors.receivedAt("/another-token-endpoint")).toEqual([]);
  expect(actors.payrollReceived).toEqual([]);
}

describe("a sign-in at an authority that misbehaves", () => {
  const actors = useActors();
  afterEach(() => actors.control("reset", {}));

  it.each([
    ...["iss-wrong", "iss-missing", "aud-wrong", "aud-missing", "aud-second", "azp-wrong"],
    ...["sub-missing", "sub-empty", "oid-missing", "tid-wrong", "tid-missing", "ver-wrong"],
    ...["iat-missing", "iat-old", "iat-future", "exp-missing", "exp-past", "nbf-future"],
    ...["nonce-wrong", "nonce-missing", "at-hash-wrong"],
    ...["alg-none", "alg-hs256", "signature-wrong", "typ-wrong", "kid-unknown"],
    ...["token-redirect", "token-oversized", "token-endless", "token-type-wrong"],
  ])("ends after the token request, with nobody signed in: %s", async (misbehaviour) => {
    await expectRefused(actors, await signIn(actors, misbehaviour), 1);
  });

  it.each([
    ...["response-iss-wrong", "response-iss-empty", "state-wrong", "state-missing"],
    ...["state-twice", "code-twice", "error-with-code"],
  ])("ends before the token request, with nobody signed in: %s", async (misbehaviour) => {
    await expectRefused(actors, await signIn(actors, misbehaviour), 0);
  });

  it("succeeds when the token does not say which key signed it, and there is one", async () => {
    expect((await signIn(actors, "kid-missing")).response.status).toBe(303);
  });

  it("ends in time when the token response never does, with nobody signed in", async () => {
    await expectRefused(actors, await signIn(actors, "token-slow"), 1);
  });

  it("succeeds once the authority behaves again", async () => {
    const { browser } = await signIn(actors, "nonce-wrong");
    await actors.control("misbehave", { do: "none" });
    expect((await browser.open("/profile", { person: "Ada" })).status).toBe(200);
  });
});

describe("a sign-in at an authority that promises its name in responses", () => {
  const actors = useActors({ sandboxOptions: { issuerInResponses: true } });
  afterEach(() => actors.control("reset", {}));

  it("succeeds when the name is right", async () => {
    expect((await signIn(actors, "none")).response.status).toBe(303);
  });

  it.each(["response-iss-wrong", "response-iss-empty", "response-iss-missing"])(
    "ends before the token request: %s",
    async (misbehaviour) => {
      await expectRefused(actors, await signIn(actors, misbehaviour), 0);
    },
  );
});

describe("a sign-in while the authority changes its keys", () => {
  const actors = useActors();
  beforeEach(() => vi.useFakeTimers({ toFake: ["Date"] }));
  afterEach(async () => {
    vi.useRealTimers();
    await actors.control("reset", {});
  });

  it("succeeds with a key that is new since the last sign-in", async () => {
    expect((await signIn(actors, "none")).response.status).toBe(303);
    vi.setSystemTime(Date.now() + KEYS_COOLDOWN_MS);
    const { browser, response } = await signIn(actors, "key-rotated");
    expect(response.status).toBe(303);
    expect(actors.receivedAt("/keys")).toHaveLength(1);
    expect((await browser.getJson("/profile")).status).toBe(200);
  });

  it("ends when the token does not say which of several keys signed it", async () => {
    vi.setSystemTime(Date.now() + KEYS_COOLDOWN_MS);
    await actors.control("rotate-keys", {});
    await signIn(actors, "none");
    await expectRefused(actors, await signIn(actors, "kid-missing"), 1);
  });
});

describe("a renewal at an authority that misbehaves", () => {
  const actors = useActors();
  afterEach(() => actors.control("reset", {}));

  /** Signs Ada in, and opens her profile with an access token that has to be renewed. */
  async function renew(misbehaviour: string) {
    const browser = await actors.signIn("Ada");
    await actors.control("misbehave", { do: misbehaviour });
    await actors.control("people/ada/revoke-sessions", { grant: "kept" });
    actors.forgetReceived();
    return { browser, response: await browser.get("/profile") };
  }

  it.each(["refresh-other-person", "refresh-other-sub", "refresh-other-issuer"])(
    "keeps and uses nothing, and ends the session: %s",
    async (misbehaviour) => {
      const { browser, response } = await renew(misbehaviour);
      expect(response.status).toBeGreaterThanOrEqual(400);
      expect(actors.receivedAt("/token")).toHaveLength(1);
      // The call that was challenged is the only one.
      expect(actors.receivedAt("/v1.0/me")).toHaveLength(1);
      expect((await browser.getJson("/profile")).status).toBe(401);
      expect((await browser.getJson("/payslips")).status).toBe(401);
      expect(actors.receivedAt("/token")).toHaveLength(1);
      expect(actors.payrollReceived).toEqual([]);
    },
  );

  it("succeeds without an ID token, which OpenID Connect allows", async () => {
    const { browser, response } = await renew("refresh-id-token-missing");
    expect(response.status).toBe(200);
    expect(response.body).toContain("ada@sandbox.example");
    expect((await browser.getJson("/profile")).status).toBe(200);
  });
});
