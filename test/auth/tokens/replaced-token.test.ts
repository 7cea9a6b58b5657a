import { beforeEach, describe, expect, it } from "vitest";
import { cacheOf, withIndex } from "../../../src/auth/tokens/token-index.js";
import type { TokenResult } from "../../../src/challenge/token-refusal.js";
import { behave, startAuthority } from "../../support/authority.js";
import { tokenError } from "../../support/authority-grants.js";
import { claimsRequest } from "../../support/claims-request.js";
import { setUpForAll } from "../../support/set-up.js";
import {
  createSignedInPeople,
  GRAPH,
  type Session,
  type SignedInPeople,
} from "../signed-in-people.js";

const PAYROLL = ["api://payroll/Payroll.Read"];
const CLAIMS = claimsRequest({ access_token: { nbf: { essential: true, value: "1" } } });
const INTERACTIVE = { kind: "refused", refusal: { handling: "interactive" } };

const authority = setUpForAll(() => startAuthority());
let people: SignedInPeople;
let ada: Session;

beforeEach(async () => {
  behave(authority);
  authority.nextTokenAnswers.length = 0;
  people = createSignedInPeople(authority);
  ada = await people.signIn("Ada");
});

function tokenOf(result: TokenResult): string {
  if (result.kind !== "token") throw new Error("There is no token");
  return result.accessToken;
}

function requests(): number {
  return authority.requestsTo("/token").length;
}

describe("a token that an API refused", () => {
  it("is not asked for again when another request has replaced it", async () => {
    const refusedToken = tokenOf(await people.auth.acquireTokenSilent({ ...ada, scopes: GRAPH }));
    const request = { ...ada, scopes: GRAPH, refusedToken };
    const forced = await people.auth.acquireTokenSilent({ ...request, forceRefresh: true });
    expect(forced).not.toHaveProperty("isReplacement");
    const accessToken = tokenOf(forced);
    expect(accessToken).not.toBe(refusedToken);
    expect(requests()).toBe(1);
    for (const demand of [{ forceRefresh: true }, { claims: CLAIMS }]) {
      const result = await people.neighbour.acquireTokenSilent({ ...request, ...demand });
      expect(result).toEqual({ kind: "token", accessToken, isReplacement: true });
    }
    expect(requests()).toBe(1);
  });

  it("is asked for anew when nobody has replaced it", async () => {
    const request = { ...ada, scopes: GRAPH, claims: CLAIMS };
    const refusedToken = tokenOf(await people.auth.acquireTokenSilent(request));
    const newer = await people.auth.acquireTokenSilent({ ...request, refusedToken });
    expect(tokenOf(newer)).not.toBe(refusedToken);
    expect(requests()).toBe(2);
    await people.auth.acquireTokenSilent({ ...ada, scopes: PAYROLL, claims: CLAIMS, refusedToken });
    expect(requests()).toBe(3);
  });
});

describe("a refresh token", () => {
  it("is sent again after a refusal that says nothing against it", async () => {
    for (let count = 0; count < 2; count += 1) {
      authority.nextTokenAnswers.push(tokenError(50076, "interaction_required"));
      const result = await people.auth.acquireTokenSilent({ ...ada, scopes: PAYROLL });
      expect(result).toMatchObject(INTERACTIVE);
    }
    tokenOf(await people.auth.acquireTokenSilent({ ...ada, scopes: PAYROLL }));
    expect(requests()).toBe(3);
  });
});

describe("the tokens of a session", () => {
  it("need the person when they are unreadable", async () => {
    await people.store.set(`tokens:${ada.partition}`, "[]\n\ndamaged", 60_000);
    for (const demand of [{}, { claims: CLAIMS }, { forceRefresh: true }]) {
      const result = await people.auth.acquireTokenSilent({ ...ada, scopes: GRAPH, ...demand });
      expect(result).toMatchObject(INTERACTIVE);
    }
    expect(requests()).toBe(0);
  });

  it("are not renewed for anybody when nothing says whose they are", async () => {
    const tokens = (await people.auth.readTokens(ada.partition)) ?? "";
    const cache = JSON.parse(cacheOf(tokens) ?? "") as object;
    const anonymous = withIndex(JSON.stringify({ ...cache, IdToken: {} }));
    await people.store.set(`tokens:${ada.partition}`, anonymous, 60_000);
    const result = await people.auth.acquireTokenSilent({ ...ada, scopes: PAYROLL });
    expect(result).toMatchObject({ kind: "refused", refusal: { reason: "foreign-tokens" } });
    expect(people.alerts).toEqual(["ERR_ID_TOKEN_INVALID"]);
  });
});

describe("a renewal in the background", () => {
  const OTHER = ["api://other/Read"];

  beforeEach(async () => {
    authority.misissue.tokenResponse = { refresh_in: 1_000 };
    for (const scopes of [PAYROLL, OTHER]) await people.auth.acquireTokenSilent({ ...ada, scopes });
    authority.seen.length = 0;
    people.clock.aheadMs = 1_100_000;
  });

  async function use(scopes: readonly string[]): Promise<void> {
    tokenOf(await people.auth.acquireTokenSilent({ ...ada, scopes }));
  }

  /** Waits until that many requests were sent, and the last one has been dealt with. */
  async function expectRequests(count: number): Promise<void> {
    await expect.poll(requests).toBe(count);
    await expect.poll(() => people.store.keysOf("lock")).toEqual([]);
  }

  it("is tried whenever it is due", async () => {
    await use(PAYROLL);
    await expectRequests(1);
    people.clock.aheadMs += 1_100_000;
    await use(PAYROLL);
    await expectRequests(2);
  });

  it.each(["is refused", "brings an unusable token"])(
    "is not tried again at once for the same scopes when it %s",
    async (how) => {
      if (how === "is refused") {
        authority.nextTokenAnswers.push(tokenError(50076, "interaction_required"));
      } else {
        authority.misissue.tokenResponse = { token_type: "DPoP" };
      }
      await use(PAYROLL);
      await expectRequests(1);
      await use(PAYROLL);
      await use(OTHER);
      await expectRequests(2);
      expect(authority.requestsTo("/token")[1]?.params["scope"]).toContain(OTHER[0]);
    },
  );
});
