import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readPartition } from "../../../src/auth/tokens/token-partition.js";
import type { TokenResult } from "../../../src/challenge/token-refusal.js";
import { behave, startAuthority } from "../../support/authority.js";
import { clientInfo, makePerson } from "../../support/authority-tokens.js";
import { setUpForAll } from "../../support/set-up.js";
import {
  createSignedInPeople,
  GRAPH,
  type SignedInPeople,
  type Session,
} from "../signed-in-people.js";

const PAYROLL = ["api://payroll/Payroll.Read"];
const ENDED = {
  kind: "refused",
  refusal: { handling: "unrecoverable", reason: "foreign-tokens", endSession: true },
};

const authority = setUpForAll(() => startAuthority());
let people: SignedInPeople;
let ada: Session;

beforeEach(async () => {
  people = createSignedInPeople(authority);
  ada = await people.signIn("Ada");
});

afterEach(() => {
  behave(authority);
});

function renew(scopes = PAYROLL): Promise<TokenResult> {
  return people.auth.acquireTokenSilent({ ...ada, scopes });
}

function keptTokens(): Promise<string | undefined> {
  return readPartition(people.store, ada.partition);
}

/** Returns the paths that the authority received requests at. */
function received(): string[] {
  return authority.seen.map(({ path }) => path.slice(path.lastIndexOf("/")));
}

describe("a renewal of the session's person", () => {
  it("is used and kept when it comes without an ID token", async () => {
    authority.misissue.tokenResponse = { id_token: undefined };
    const renewed = await renew();
    expect(renewed.kind).toBe("token");
    expect(await renew()).toEqual(renewed);
    expect(received()).toEqual(["/token"]);
    expect((await people.auth.acquireTokenSilent({ ...ada, scopes: GRAPH })).kind).toBe("token");
  });

  it("is used and kept when neither an ID token nor client_info comes", async () => {
    authority.misissue.tokenResponse = { id_token: null, client_info: undefined };
    const renewed = await renew();
    expect(await renew()).toEqual(renewed);
    expect(received()).toEqual(["/token"]);
  });

  it("renews again after one without an ID token", async () => {
    authority.misissue.tokenResponse = { id_token: undefined };
    await renew();
    behave(authority);
    authority.misissue.idToken = { sub: "pairwise-of-somebody-else" };
    expect(await renew(["api://other/Read"])).toMatchObject(ENDED);
  });

  it("is not mistaken for somebody else's when only client_info names one", async () => {
    const info = clientInfo(randomUUID(), makePerson("Mallory"));
    authority.misissue.tokenResponse = { client_info: info };
    const renewed = await renew();
    expect(renewed.kind).toBe("token");
    expect(await renew()).toEqual(renewed);
    expect(received()).toEqual(["/token"]);
  });

  it("has no nonce", async () => {
    authority.misissue.idToken = { nonce: undefined };
    expect((await renew()).kind).toBe("token");
  });
});

describe("a renewal that is not verifiably of the session's person", () => {
  async function expectEnd(): Promise<void> {
    expect(await renew()).toMatchObject(ENDED);
    expect(received()).toEqual(["/token"]);
    expect(await keptTokens()).toBeUndefined();
    expect(people.alerts).toEqual(["ERR_ID_TOKEN_INVALID"]);
  }

  it("ends the session when all of it is another person's", async () => {
    const mallory = makePerson("Mallory");
    authority.misissue.idToken = { oid: mallory.oid, sub: `pairwise-${mallory.oid}` };
    const info = clientInfo(authority.tenantId, mallory);
    authority.misissue.tokenResponse = { client_info: info };
    await expectEnd();
  });

  it.each([
    ["another oid", { oid: "another" }],
    ["another sub", { sub: "another" }],
    ["another tid", { tid: randomUUID() }],
    ["another issuer", { iss: "https://login.microsoftonline.com/other/v2.0" }],
    ["another audience", { aud: randomUUID() }],
    ["another authorized party", { azp: randomUUID() }],
    ["a time that is over", { exp: 1 }],
  ])("ends the session when the ID token has %s", async (_name, idToken) => {
    authority.misissue.idToken = idToken;
    await expectEnd();
  });

  it.each([
    ["not signed", { signedBy: "none" }],
    ["signed by a stranger", { signedBy: "stranger" }],
    ["an access token", { header: { typ: "at+jwt" } }],
  ] as const)("ends the session when the ID token is %s", async (_name, signature) => {
    authority.misissue.idTokenSignature = signature;
    await expectEnd();
  });

  it.each(["", "x", "a.b.c", 7, {}])(
    "ends the session when the ID token is %j",
    async (idToken) => {
      authority.misissue.tokenResponse = { id_token: idToken };
      await expectEnd();
    },
  );

  it("ends the session also when nobody waits for it", async () => {
    authority.misissue.tokenResponse = { refresh_in: 1_000 };
    await renew();
    behave(authority);
    authority.seen.length = 0;
    authority.misissue.idToken = { sub: "another" };
    people.clock.aheadMs = 1_100_000;
    expect((await renew()).kind).toBe("token");
    await expect.poll(() => people.alerts).toEqual(["ERR_ID_TOKEN_INVALID"]);
    expect(await keptTokens()).toBeUndefined();
  });

  it("reaches nobody who waits for the same token", async () => {
    authority.misissue.idToken = { oid: "another" };
    const waiting = [
      renew(),
      renew(),
      people.neighbour.acquireTokenSilent({ ...ada, scopes: PAYROLL }),
    ];
    for (const result of await Promise.all(waiting)) expect(result.kind).toBe("refused");
    expect(received()).toEqual(["/token"]);
  });
});

describe("a renewal that cannot be verified or used", () => {
  it("is not used and not kept while the keys are unavailable, and the session stays", async () => {
    const before = await keptTokens();
    authority.misissue.metadata = { jwks_uri: `${authority.url}/nowhere` };
    const renewal = people.neighbour.acquireTokenSilent({ ...ada, scopes: PAYROLL });
    await expect(renewal).rejects.toMatchObject({ code: "ERR_AUTHORITY_UNAVAILABLE" });
    expect(await keptTokens()).toBe(before);
    expect(people.alerts).toEqual([]);
    expect((await renew()).kind).toBe("token");
  });

  it("is not used and not kept when its token is not a bearer token, and the session stays", async () => {
    const before = await keptTokens();
    authority.misissue.tokenResponse = { token_type: "DPoP" };
    await expect(renew()).rejects.toMatchObject({ code: "ERR_AUTHORITY_UNFIT" });
    expect(await keptTokens()).toBe(before);
    behave(authority);
    expect((await renew()).kind).toBe("token");
  });
});
