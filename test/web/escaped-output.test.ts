import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { createViewEngine } from "../../src/web/view-engine.js";
import { allMatches, filesUnder, read } from "../support/documents.js";

const VIEWS = resolve("views");
const render = createViewEngine(VIEWS);

/** Values that a page shows and others wrote, each to be found again by its number. */
function createHostile() {
  let count = 0;
  return {
    /** Returns the next one: it ends an attribute and begins an element. */
    next: () => `"'><img src=x onerror=alert(${(count += 1)})>`,
    count: () => count,
  };
}

function renderView(name: string, locals: object): string {
  let rendered = "";
  const frame = { asset: (file: string) => `/assets/${file}` };
  render(join(VIEWS, `${name}.ejs`), { ...frame, ...locals }, (error, html) => {
    if (error !== null && error !== undefined) throw error as Error;
    rendered = html ?? "";
  });
  return rendered;
}

const { next, count } = createHostile();
const person = { name: next(), username: next() };
const action = { label: next(), href: next() };
/** In groups of four, as an IBAN is shown, the elements would still be elements. */
const HOSTILE_IBAN = "<i>7<b>8";
const draft = { id: next(), iban: HOSTILE_IBAN };
const NO_DRAFT = { iban: "", drafts: [], formId: "f" };

/** The views, each with locals in which every text is hostile. */
const PAGES: Readonly<Record<string, readonly object[]>> = {
  home: [
    {
      ...{ person, sandboxUrl: next(), notice: next(), drafts: [draft] },
      cards: [
        {
          ...{ title: next(), api: next(), requires: next(), expectation: next(), path: next() },
          ...{ sandboxLink: action },
          state: {
            ...{ title: next(), lead: next(), rest: [next(), { code: next() }] },
            ...{ href: next(), holds: [next()] },
          },
        },
      ],
    },
  ],
  problem: [
    {
      ...{ person, whoActs: next(), time: next(), actions: [action, action] },
      ...{ keepsDraft: true, hasSandboxLink: true },
      problem: {
        ...{ title: next(), explanation: next(), nextStep: next(), code: next() },
        ...{ reportedBy: next(), whoActs: "nobody" },
        support: { aadsts: next(), correlationId: next() },
      },
    },
  ],
  profile: [
    {
      ...{ person, displayName: next(), userPrincipalName: next(), mail: next() },
      ...{ jobTitle: next(), officeLocation: next() },
    },
  ],
  payslips: [
    {
      person,
      strip: {
        ...{ kind: "plain", lead: next(), rest: [next(), { code: next() }] },
        ...{ lines: [next()], href: next() },
      },
      payslips: [{ period: next(), gross: 1, net: 1, currency: next() }],
      omitted: 1,
    },
  ],
  "tax-forms": [{ person, taxForms: [{ year: next(), name: next() }], omitted: 1 }],
  "bank-account": [
    { ...NO_DRAFT, person, iban: next(), problem: next(), formId: next(), edit: next() },
    { ...NO_DRAFT, person, notice: next(), signInHref: next(), drafts: [draft] },
    { ...NO_DRAFT, person, draft },
    { ...NO_DRAFT, person, changed: { iban: HOSTILE_IBAN, changedAt: next() } },
    { ...NO_DRAFT, person, changed: { changedAt: next(), isSuperseded: true } },
  ],
  "sign-out": [{ person }, {}],
  "admin-consent": [{ person }],
  "sign-in": [{ person, chooseAccount: true, href: next(), returnTo: next() }],
};

describe("what others wrote", () => {
  it.each(Object.entries(PAGES))("runs nowhere on a page: %s", (name, variants) => {
    for (const locals of variants) {
      const html = renderView(name, locals);
      expect(html).not.toContain("<img src=x");
      expect(html).not.toContain("<i>7");
      if (JSON.stringify(locals).includes(HOSTILE_IBAN)) expect(html).toContain("&lt;i&gt;7");
      const sent = allMatches(JSON.stringify(locals), /alert\((\d+)\)/g);
      const shown = new Set(allMatches(html, /&lt;img src=x onerror=alert\((\d+)\)&gt;/g));
      // A value that is not shown, or cut to pieces in a link, would prove nothing.
      const unseen = sent.filter((number) => !shown.has(number) && !isInLink(html, number));
      expect(unseen).toEqual([]);
    }
    expect(count()).toBeGreaterThan(30);
  });
});

/** Returns whether a value is percent-encoded in a link. */
function isInLink(html: string, number: string): boolean {
  return new RegExp(`href="[^"]*%3Cimg%20src%3Dx%20onerror%3Dalert\\(${number}\\)%3E`).test(html);
}

describe("a view", () => {
  const sources = [...filesUnder("views"), ...filesUnder("examples")]
    .filter((path) => path.endsWith(".ejs"))
    .map((path) => ({ path, text: read(path) }));

  /** The script of the form that sends itself is a constant, to which the policy has the digest. */
  const CONSTANT = { path: "views/sandbox/form-post.ejs", tag: "<%- script %>" };

  it.each(sources)("inserts nothing unescaped but its partials: $path", ({ path, text }) => {
    const unescaped = allMatches(text, /<%-(?! include\("[\w/-]+"(?:, \{[^%]*\})?\) -?%>)[^%]*%>/g);
    expect(unescaped).toEqual(path === CONSTANT.path ? [CONSTANT.tag] : []);
  });

  it.each(sources)("quotes each attribute with a value: $path", ({ text }) => {
    expect(allMatches(text, /\s[\w-]+=<%[=-][^%]*%>/g)).toEqual([]);
  });
});
