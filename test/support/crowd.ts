import { randomUUID } from "node:crypto";
import { normalizeIban } from "../../src/payroll-api/resources/iban.js";
import type { Person } from "../../src/sandbox/directory/people.js";
import { HttpBrowser, type Visited } from "./http-browser.js";

/** One of many people, and what only their pages may show. */
export interface Member extends Person {
  readonly iban: string;
}

/** What a crowd did. */
export interface CrowdReport {
  readonly requests: number;
  /** Pages that showed whose they are. */
  readonly personalPages: number;
  /** Texts that belong to somebody else, with the page that showed them. */
  readonly leaks: readonly string[];
  /** Statuses that no action leads to. */
  readonly surprises: readonly string[];
}

/** Where a crowd goes, and how much it does. */
export interface CrowdOptions {
  readonly members: readonly Member[];
  /** The web apps, each of which gets any request of anybody. */
  readonly urls: readonly string[];
  /** The sandbox. */
  readonly authorityUrl: string;
  readonly atOnce: number;
  /** Returns whether to go on, given the number of requests so far. */
  readonly goesOn: (requests: number) => boolean;
  /** Lets an action end early when a server on its way fails, as a person gives up. */
  readonly toleratesFailures?: boolean;
  /** Signs everybody out at the end. */
  readonly finallySignOut?: boolean;
}

/** Creates people with names, user names and IBANs that are found in any page. */
export function createMembers(count: number): Member[] {
  return Array.from({ length: count }, (_, index) => {
    const number = String(index).padStart(4, "0");
    return {
      key: `crowd${number}`,
      displayName: `Member ${number}`,
      givenName: "Member",
      surname: number,
      jobTitle: `Job ${number}`,
      username: `crowd${number}@sandbox.example`,
      objectId: randomUUID(),
      note: "One of many",
      iban: ibanOf(number),
    };
  });
}

/** Returns an account number that ends with four digits. */
function ibanOf(number: string): string {
  for (let check = 2; check <= 98; check += 1) {
    const iban = normalizeIban(`GB${String(check).padStart(2, "0")}CROWD0000000${number}`);
    if (iban !== undefined) return iban;
  }
  throw new Error("No check digits fit");
}

/** What is somebody's, with the four digits of whose it is. Pages group the letters of an IBAN. */
const OWNED = /(?:Member|Job) (\d{4})|crowd(\d{4})@|GB\d\d ?CROW ?D000 ?0000 ?(\d{2} ?\d{2})/g;

/** Lets all members act, some at once, each request at any of the web apps. */
export async function letAct(options: CrowdOptions): Promise<CrowdReport> {
  const { members, urls, authorityUrl, atOnce, goesOn } = options;
  const leaks: string[] = [];
  const surprises: string[] = [];
  const idle = members.map(createResident);
  let requests = 0;
  let personalPages = 0;

  function createResident(member: Member) {
    const cookies = new Map<string, string>();
    const sandboxCookies = new Map<string, string>();
    let acted = Number(member.surname);

    function atAny(): HttpBrowser {
      const url = urls[requests % urls.length] ?? "";
      requests += 1;
      return new HttpBrowser(url, cookies, sandboxCookies);
    }

    /** Sends a GET, and once more when its connection has just been closed, as a browser does. */
    async function get(path: string): Promise<Visited> {
      return atAny()
        .get(path)
        .catch(() => atAny().get(path));
    }

    function inspect(page: Visited, path: string): void {
      const owners = [...page.body.matchAll(OWNED)].map(([, a, b, c]) => a ?? b ?? c ?? "");
      const foreign = owners.filter((owner) => owner.replace(" ", "") !== member.surname);
      if (owners.length > 0) personalPages += 1;
      leaks.push(...foreign.map((owner) => `${owner} for ${member.surname} at ${path}`));
      if (page.status >= 500 || page.status === 429) surprises.push(`${page.status} at ${path}`);
    }

    /** Follows all redirects, through the sandbox's pages and back. */
    async function follow(first: Visited, from: string): Promise<Visited> {
      let page = first;
      inspect(page, from);
      for (let steps = 0; page.location !== undefined; steps += 1) {
        if (steps > 12) throw new Error(`The redirects from ${from} do not end`);
        const location = new URL(page.location);
        const target =
          location.origin === authorityUrl ? new URL(await throughSandbox(location)) : location;
        page = await get(target.pathname + target.search);
        inspect(page, target.pathname);
      }
      return page;
    }

    async function throughSandbox(location: URL): Promise<string> {
      location.searchParams.set("login_hint", member.username);
      return atAny().atSandbox(location.href);
    }

    async function open(path: string): Promise<Visited> {
      return follow(await get(path), path);
    }

    async function write(): Promise<void> {
      const sent = await atAny().post("/bank-account", { iban: member.iban });
      const page = await follow(sent, "/bank-account");
      const draft = /name="draft" value="([^"]+)"/.exec(page.body)?.[1];
      if (draft === undefined) return;
      await follow(await atAny().post("/bank-account", { draft }), "/bank-account");
    }

    async function callAsJson(): Promise<void> {
      const { body } = await atAny().getJson("/profile");
      const page = { status: 200, location: undefined, headers: new Headers() };
      inspect({ ...page, body: JSON.stringify(body) }, "/profile (JSON)");
    }

    async function signOut(): Promise<void> {
      inspect(await atAny().post("/signout"), "/signout");
    }

    const actions = [
      () => open("/profile"),
      () => open("/payslips"),
      () => open("/"),
      callAsJson,
      write,
      () => open("/bank-account"),
      () => open(`/no-such-page/${member.surname}`),
      () => open("/profile"),
      () => open("/tax-forms"),
      () => open("/redirect?code=junk&state=junk"),
      () => open("/payslips"),
      signOut,
    ];

    return {
      signOut,
      act: async () => {
        const action = actions[acted % actions.length];
        acted += 1;
        await action?.().catch((error: unknown) => {
          if (options.toleratesFailures !== true) throw error;
        });
      },
    };
  }

  async function work(): Promise<void> {
    while (goesOn(requests)) {
      const resident = idle.shift();
      if (resident === undefined) return;
      await resident.act();
      idle.push(resident);
    }
  }

  await Promise.all(Array.from({ length: atOnce }, work));
  if (options.finallySignOut === true) {
    for (const resident of idle) await resident.signOut();
  }
  return { requests, personalPages, leaks, surprises };
}
