import { beforeEach, describe, expect, it } from "vitest";
import { tokenError } from "../support/authority-grants.js";
import { makePerson } from "../support/authority-tokens.js";
import { IBAN, IBAN_SHOWN } from "../support/ibans.js";
import { setUpForEach } from "../support/set-up.js";
import { visitBank } from "./bank-visitor.js";
import { useScriptedActors } from "./scripted-actors.js";
import { demandStepUp, signInWithToken, takeToAuthority } from "./visits.js";

const CHANGED = { iban: IBAN, changedAt: "2026-11-20T10:00:00.000Z" };

const actors = useScriptedActors();
const browser = setUpForEach(() => signInWithToken(actors));
const bank = visitBank(browser);

beforeEach(() => {
  actors.payroll.answer = ({ method }) =>
    method === "POST" ? { status: 200, body: CHANGED } : { status: 500 };
});

/** Returns the keys of the writes that the API was sent. */
function keysSent(): (string | string[] | undefined)[] {
  return actors.payroll.seen.map(({ headers }) => headers["idempotency-key"]);
}

/** Mishaps of a step-up, each with the code of its page. */
const MISHAPS: Readonly<Record<string, { code: string; prepare: () => void }>> = {
  "is cancelled": {
    code: "ERR_CANCELLED",
    prepare: () => {
      actors.authority.nextAuthorizeAnswer = { error: "access_denied" };
    },
  },
  "is refused by a policy": {
    code: "ERR_BLOCKED_BY_POLICY",
    prepare: () => {
      actors.authority.nextTokenAnswers.push(
        tokenError(53003, "interaction_required", { suberror: "message_only" }),
      );
    },
  },
  "is refused because the app is not set up": {
    code: "ERR_CLIENT_REFUSED",
    prepare: () => {
      actors.authority.nextTokenAnswers.push(tokenError(7000215, "invalid_client"));
    },
  },
  "fails at the authority": {
    code: "ERR_UNAVAILABLE",
    prepare: () => {
      actors.authority.nextAuthorizeAnswer = { error: "server_error" };
    },
  },
  "brings another account back": {
    code: "ERR_OTHER_ACCOUNT",
    prepare: () => {
      actors.authority.person = makePerson("Ben");
    },
  },
  "cannot be verified": {
    code: "ERR_ID_TOKEN_INVALID",
    prepare: () => {
      actors.authority.nextTokenAnswers.push({
        status: 200,
        body: { token_type: "Bearer", access_token: "a", id_token: "b", expires_in: 3600 },
      });
    },
  },
};

describe("a write whose step-up", () => {
  it.each(Object.entries(MISHAPS))(
    "%s is kept, and sent once it is confirmed",
    async (_, mishap) => {
      demandStepUp(actors);
      const left = await bank.submit(IBAN);
      expect(left.status).toBe(303);
      mishap.prepare();
      const page = await takeToAuthority(browser, left);
      expect(page.body).toContain(mishap.code);
      expect(page.body).not.toContain(IBAN_SHOWN);
      expect(keysSent()).toHaveLength(1);
      expect((await bank.open()).body).toContain(IBAN_SHOWN);

      // The page of the mishap links to the draft where it can.
      const path = /href="(\/bank-account\?draft=[^"]+)"/.exec(page.body)?.[1] ?? "/bank-account";
      const kept = await browser.get(path);
      const draft = path === "/bank-account" ? await bank.goOn() : kept;
      const done = await browser.follow(await bank.confirm(draft));
      expect(done.body).toContain("Bank account changed");
      const [challenged, sent, ...more] = keysSent();
      expect(sent).toBe(challenged);
      expect(more).toEqual([]);
    },
  );
});

describe("a write whose IBAN the API knows to be wrong", () => {
  it("comes back to the form with what was typed, and is not kept", async () => {
    actors.payroll.nextAnswers.push({ status: 422, body: { error: { code: "ERR_IBAN_INVALID" } } });
    const page = await bank.submit(IBAN_SHOWN);
    expect(page.status).toBe(422);
    expect(page.body).toContain(`value="${IBAN_SHOWN}"`);
    expect((await bank.open()).body).not.toContain("Not sent yet");
  });
});

describe("a write that an API", () => {
  it.each([
    ["refuses for good", { status: 403 }, 403],
    ["responds with a server error to", { status: 500 }, 503],
    ["has no time for", { status: 429, headers: { "Retry-After": "7" } }, 503],
    [
      "challenges in a way that cannot be read",
      { status: 401, headers: { "WWW-Authenticate": 'Bearer error="insufficient_claims"' } },
      502,
    ],
    ["responds to with an unknown body", { status: 200, body: {} }, 502],
  ] as const)("%s is kept under its key", async (_name, answer, status) => {
    actors.payroll.nextAnswers.push(answer);
    const page = await bank.submit(IBAN);
    expect(page.status).toBe(status);
    expect((await bank.open()).body).toContain(IBAN_SHOWN);
    const done = await browser.follow(await bank.confirm(await bank.goOn()));
    expect(done.body).toContain("Bank account changed");
    expect(new Set(keysSent()).size).toBe(1);
    expect(keysSent()).toHaveLength(2);
  });
});
