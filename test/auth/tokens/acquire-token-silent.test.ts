import { decodeJwt } from "jose";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { TokenResult } from "../../../src/challenge/token-refusal.js";
import type { Auth } from "../../../src/auth/create-auth.js";
import { readPartition } from "../../../src/auth/tokens/token-partition.js";
import type { PausedStore } from "../../support/paused-store.js";
import { startAuthority, type TestAuthority } from "../../support/authority.js";
import { tokenError } from "../../support/authority-grants.js";
import type { SeenRequest } from "../../support/listen.js";
import { claimsRequest } from "../../support/claims-request.js";
import { createSignedInPeople, GRAPH, type SignedInPeople } from "../signed-in-people.js";

const PAYROLL = ["api://payroll/Payroll.Read"];
const CLAIMS = claimsRequest({ access_token: { nbf: { essential: true, value: "1" } } });
const MINUTE_MS = 60_000;

let authority: TestAuthority;
let auth: Auth;
let store: PausedStore;
let people: SignedInPeople;

beforeAll(async () => {
  authority = await startAuthority();
});

beforeEach(() => {
  people = createSignedInPeople(authority);
  ({ auth, store } = people);
});

afterAll(() => authority.close());

function tokenRequests(): readonly SeenRequest[] {
  return authority.requestsTo("/token");
}

function tokenOf(answer: TokenResult | undefined): string {
  if (answer?.kind !== "token") throw new Error("There is no token");
  return answer.accessToken;
}

describe("a silent token request", () => {
  it("is answered from the cache without a word to the authority", async () => {
    const ada = await people.signIn("Ada");
    const first = await auth.acquireTokenSilent({ ...ada, scopes: GRAPH });
    expect(await auth.acquireTokenSilent({ ...ada, scopes: GRAPH })).toEqual(first);
    expect(authority.seen).toEqual([]);
  });

  it("is sent once, however many ask for the same at once", async () => {
    const ada = await people.signIn("Ada");
    const asking = Array.from({ length: 20 }, () =>
      auth.acquireTokenSilent({ ...ada, scopes: PAYROLL }),
    );
    const tokens = (await Promise.all(asking)).map(tokenOf);
    expect(new Set(tokens).size).toBe(1);
    expect(tokenRequests()).toHaveLength(1);
  });

  it("is sent once by two processes that share a store", async () => {
    const ada = await people.signIn("Ada");
    const asking = [auth, people.neighbour, auth, people.neighbour].map((each) =>
      each.acquireTokenSilent({ ...ada, scopes: PAYROLL }),
    );
    const tokens = (await Promise.all(asking)).map(tokenOf);
    expect(new Set(tokens).size).toBe(1);
    expect(tokenRequests()).toHaveLength(1);
  });

  it("is sent for each person, each scope and each claims request", async () => {
    const [ada, ben] = [await people.signIn("Ada"), await people.signIn("Ben")];
    await Promise.all([
      auth.acquireTokenSilent({ ...ada, scopes: PAYROLL }),
      auth.acquireTokenSilent({ ...ben, scopes: PAYROLL }),
      auth.acquireTokenSilent({ ...ada, scopes: GRAPH, claims: CLAIMS }),
      auth.acquireTokenSilent({ ...ada, scopes: PAYROLL, claims: CLAIMS }),
    ]);
    expect(tokenRequests()).toHaveLength(4);
  });

  it("is sent anew after one that failed", async () => {
    const ada = await people.signIn("Ada");
    const outage = { status: 503 };
    authority.nextTokenAnswers.push(outage, outage);
    const asking = [1, 2].map(() => auth.acquireTokenSilent({ ...ada, scopes: PAYROLL }));
    for (const answer of await Promise.all(asking)) {
      expect(answer).toMatchObject({ kind: "refused", refusal: { handling: "transient" } });
    }
    tokenOf(await auth.acquireTokenSilent({ ...ada, scopes: PAYROLL }));
    expect(tokenRequests()).toHaveLength(3);
  });

  it("with claims never gives the cached token, and its own is the one that is kept", async () => {
    const ada = await people.signIn("Ada");
    const before = tokenOf(await auth.acquireTokenSilent({ ...ada, scopes: GRAPH }));
    const better = tokenOf(
      await auth.acquireTokenSilent({ ...ada, scopes: GRAPH, claims: CLAIMS }),
    );
    expect(better).not.toBe(before);
    expect(tokenOf(await auth.acquireTokenSilent({ ...ada, scopes: GRAPH }))).toBe(better);
    expect(tokenRequests()).toHaveLength(1);
  });

  it("asks for the person when the refresh token is dead, and does not send it again", async () => {
    const ada = await people.signIn("Ada");
    authority.nextTokenAnswers.push(
      tokenError(70043, "invalid_grant", { suberror: "token_expired" }),
    );
    for (let count = 0; count < 3; count += 1) {
      const answer = await auth.acquireTokenSilent({ ...ada, scopes: PAYROLL });
      expect(answer).toMatchObject({ kind: "refused", refusal: { handling: "interactive" } });
    }
    expect(tokenRequests()).toHaveLength(1);
    tokenOf(await auth.acquireTokenSilent({ ...ada, scopes: GRAPH }));
  });
});

describe("a silent token request whose session was signed out", () => {
  it("asks for the person and nothing of the authority", async () => {
    const ada = await people.signIn("Ada");
    await auth.forgetTokens(ada.partition);
    const answer = await auth.acquireTokenSilent({ ...ada, scopes: GRAPH });
    expect(answer).toMatchObject({ kind: "refused", refusal: { handling: "interactive" } });
    expect(authority.seen).toEqual([]);
  });

  it("does not bring the tokens back when it was under way", async () => {
    const ada = await people.signIn("Ada");
    const pause = store.pauseBefore("replace", "tokens");
    const asking = auth.acquireTokenSilent({ ...ada, scopes: PAYROLL });
    await pause.reached;
    await auth.forgetTokens(ada.partition);
    pause.resume();
    tokenOf(await asking);
    expect(await readPartition(store, ada.partition)).toBeUndefined();
  });
});

describe("after the authority asked for a pause", () => {
  const LOOP = tokenError(50196, "invalid_grant");

  it("is asked for nothing for five minutes, and what is cached serves on", async () => {
    const ada = await people.signIn("Ada");
    const ben = await people.signIn("Ben");
    authority.nextTokenAnswers.push(LOOP);
    const { clock } = people;
    for (; clock.aheadMs < 5 * MINUTE_MS; clock.aheadMs += MINUTE_MS) {
      const answer = await auth.acquireTokenSilent({ ...ada, scopes: PAYROLL });
      expect(answer).toMatchObject({ kind: "refused", refusal: { reason: "loop" } });
      const claimed = await auth.acquireTokenSilent({ ...ada, scopes: GRAPH, claims: CLAIMS });
      expect(claimed).toMatchObject({ kind: "refused", refusal: { reason: "loop" } });
      tokenOf(await auth.acquireTokenSilent({ ...ada, scopes: GRAPH }));
    }
    expect(tokenRequests()).toHaveLength(1);
    tokenOf(await auth.acquireTokenSilent({ ...ben, scopes: PAYROLL }));
    tokenOf(await auth.acquireTokenSilent({ ...ada, scopes: PAYROLL }));
    expect(tokenRequests()).toHaveLength(3);
  });
});

describe("the tokens of two people", () => {
  it("never meet, in whatever order they ask", async () => {
    const [ada, ben] = [await people.signIn("Ada"), await people.signIn("Ben")];
    const requests = [ada, ben, ada, ben].map((person, index) => ({
      person,
      asking: auth.acquireTokenSilent({ ...person, scopes: index < 2 ? GRAPH : PAYROLL }),
    }));
    for (const { person, asking } of requests) {
      const { oid } = decodeJwt(tokenOf(await asking));
      expect(oid).toBe(person.account.oid);
    }
    for (const [person, other] of [
      [ada, ben],
      [ben, ada],
    ] as const) {
      const cache = await readPartition(store, person.partition);
      expect(cache).toContain(person.account.oid);
      expect(cache).not.toContain(other.account.oid);
    }
  });

  it("are not given to an account that a partition does not hold", async () => {
    const [ada, ben] = [await people.signIn("Ada"), await people.signIn("Ben")];
    for (const account of [ben.account, { ...ada.account, tid: ben.account.oid }]) {
      for (const scopes of [GRAPH, PAYROLL]) {
        const answer = await auth.acquireTokenSilent({ ...ada, account, scopes });
        expect(answer).toMatchObject({ kind: "refused", refusal: { handling: "interactive" } });
      }
    }
    expect(authority.seen).toEqual([]);
  });
});
