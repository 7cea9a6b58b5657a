import { describe, expect, it } from "vitest";
import { setUpForAll } from "../../support/set-up.js";
import { browse, type CookieJar } from "../drive-pages.js";
import { readPage } from "../html-page.js";
import {
  buildFlow,
  type Changes,
  claimsFor,
  signIn,
  startTestSandbox,
  turn,
} from "../test-client.js";

const sandbox = setUpForAll(() => startTestSandbox());

const PAYSLIPS = "Payslips need the second factor";

interface Case {
  readonly what: string;
  readonly sent: Changes;
  readonly reason: string;
  readonly person?: string;
}

/** Returns the text of the first page that a request of somebody signed in leads to. */
async function firstPage(changes: Changes, person = "Ada"): Promise<string> {
  const cookies: CookieJar = new Map();
  await signIn(sandbox, { person, cookies });
  await turn(sandbox, "people/everybody/age-sign-in", { seconds: 60 });
  return showPage(cookies, changes);
}

async function showPage(cookies: CookieJar, changes: Changes = {}): Promise<string> {
  const { url } = buildFlow(sandbox, changes);
  const location = (await browse({ url }, cookies)).headers.get("location") ?? "";
  const page = await browse({ url: new URL(location, url).href }, cookies);
  return readPage(await page.text()).text;
}

/** Removes blanks: those between tags stay in the text of a page. */
function squeeze(text: string): string {
  return text.replaceAll(/\s+/g, "");
}

describe("a page of the sandbox that asks for something", () => {
  const cases: readonly Case[] = [
    {
      what: "an authentication context in claims",
      sent: { claims: claimsFor("c1") },
      reason: `Asked by the policy “${PAYSLIPS}”, because the app sent acrs = c1.`,
    },
    {
      what: "an authentication context in acr_values",
      sent: { acr_values: "c1" },
      reason: `Asked by the policy “${PAYSLIPS}”, because the app sent acr_values = c1.`,
    },
    {
      what: "the policy of a refused token request",
      sent: {
        claims: JSON.stringify({
          access_token: { capolids: { values: ["ca9011c1-0000-4000-8000-0000000000c1"] } },
        }),
      },
      reason: "because the app sent capolids = ca9011c1-0000-4000-8000-0000000000c1.",
    },
    {
      what: "a second factor of somebody who has none",
      person: "Ben",
      sent: { claims: claimsFor("c1") },
      reason: `Asked by the policy “${PAYSLIPS}”`,
    },
    {
      what: "a recent sign-in",
      sent: { max_age: "30" },
      reason: "Asked because the app sent max_age = 30.",
    },
    {
      what: "a new sign-in",
      sent: { prompt: "login" },
      reason: "Asked because the app sent prompt = login.",
    },
    {
      what: "a managed device",
      person: "Cleo",
      sent: { claims: claimsFor("c3") },
      reason:
        "Refused by the policy “Tax forms need a managed device”, because the app sent acrs = c3.",
    },
  ];
  it.each(cases)("says why: $what", async ({ sent, reason, person }) => {
    expect(squeeze(await firstPage(sent, person))).toContain(squeeze(reason));
  });

  it("names a policy for every token, which no parameter causes", async () => {
    await turn(sandbox, "people/dan", { assigned: true, secondFactorEverywhere: true });
    const cookies: CookieJar = new Map();
    const { walk } = await signIn(sandbox, { person: "Dan", cookies });
    expect(walk.pagesSeen).toContain("Approve the sign-in");
    await turn(sandbox, "people/dan", { blocked: true });
    const text = await showPage(cookies);
    expect(text).toContain("Refused by the policy “No tokens for blocked people”");
    expect(text).not.toContain("because the app sent");
  });
});
