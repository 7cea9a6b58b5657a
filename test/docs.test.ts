import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, normalize } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { allMatches, codesIn, filesUnder, read, rowsOf, section } from "./support/documents.js";

/** The documents that people read, by path. */
const DOCUMENTS = new Map(
  [
    "README.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    ".env.example",
    "test/README.md",
    "test/fixtures/README.md",
    ...filesUnder("docs").filter((path) => path.endsWith(".md")),
  ].map((path) => [path, read(path)]),
);
const ALL_TEXT = [...DOCUMENTS.values()].join("\n");

/** Names with an underscore that are neither settings nor codes of ours. */
const FOREIGN_NAMES = new Set([
  "AZURE_TENANT_ID",
  "NODE_ENV",
  "NODE_EXTRA_CA_CERTS",
  "REQUESTS_CA_BUNDLE",
]);

/** Returns the anchor of a heading on GitHub. */
function anchorOf(heading: string): string {
  const text = heading.toLowerCase().replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1");
  return text.replaceAll(/[^\p{L}\p{N} _-]/gu, "").replaceAll(" ", "-");
}

describe("the documents", () => {
  it("name scripts that exist", () => {
    const scripts = allMatches(ALL_TEXT, /npm run ([a-z][a-z:-]*)/g);
    const lifecycle = allMatches(ALL_TEXT, /npm (start|test)\b/g);
    const { scripts: known } = z
      .object({ scripts: z.record(z.string(), z.string()) })
      .parse(JSON.parse(read("package.json")));
    expect(Object.keys(known)).toEqual(expect.arrayContaining([...scripts, ...lifecycle]));
  });

  it("name settings and codes that exist", () => {
    const settings = allMatches(read(".env.example"), /^#?([A-Z][A-Z0-9_]*)=/gm);
    const known = new Set([...settings, ...FOREIGN_NAMES, ...codesIn(filesUnder("src"))]);
    const prose = ALL_TEXT.replaceAll(/```diff\n[\s\S]*?```/g, "");
    const named = allMatches(prose, /\b[A-Z]{2,}(?:_[A-Z0-9]+)+\b/g);
    expect(named.filter((name) => !known.has(name))).toEqual([]);
  });

  it.each([...DOCUMENTS])("link to files and headings that exist: %s", (path, text) => {
    const targets = allMatches(text, /\]\(([^)\s]+)\)/g).filter((to) => !to.startsWith("https://"));
    const broken = targets.filter((target) => {
      const [file = "", anchor] = target.split("#");
      const linked = file === "" ? path : normalize(join(dirname(path), file));
      if (!existsSync(linked)) return true;
      if (anchor === undefined) return false;
      return !allMatches(read(linked), /^#+ (.*)$/gm)
        .map(anchorOf)
        .includes(anchor);
    });
    expect(broken).toEqual([]);
  });

  it("name paths that exist", () => {
    const paths = allMatches(ALL_TEXT, /`((?:src|test|views|public|docs)\/[\w./-]*)`/g);
    expect(paths.filter((path) => !existsSync(path))).toEqual([]);
  });

  it("hold no path of somebody's machine", () => {
    expect(ALL_TEXT).not.toMatch(/\/(?:home|Users|root|work|tmp)\/|[A-Z]:\\/);
  });
});

describe("docs/architecture.md", () => {
  it("has the arrows that the build enforces", () => {
    const rows = rowsOf(section(read("docs/architecture.md"), "Layers"));
    const drawn = rows.map(([part = "", arrows = ""]) => [
      /^\[src\/([\w/-]+?)(?:\/|\.ts)?\]/.exec(part)?.[1],
      allMatches(arrows, /`([\w/-]+)`/g).sort(),
    ]);
    expect(Object.fromEntries(drawn)).toEqual(Object.fromEntries(enforcedArrows()));
  });
});

describe("docs/decisions/", () => {
  const records = filesUnder("docs/decisions").sort();

  it("are numbered without a gap", () => {
    const numbers = records.map((path) => Number(/\/(\d{4})-[a-z0-9-]+\.md$/.exec(path)?.[1]));
    expect(numbers).toEqual(records.map((_path, at) => at + 1));
  });

  it.each(records)("say context, decision and consequences: %s", (path) => {
    const number = Number(/\d{4}/.exec(path)?.[0]);
    expect(read(path)).toMatch(new RegExp(`^# ${number}\\. \\S`));
    const headings = allMatches(read(path), /^## (.*)$/gm);
    expect(headings).toEqual(["Context", "Decision", "Consequences"]);
  });
});

/** Returns, for each part that exists, the parts that it may import. */
function enforcedArrows(): (readonly [string, string[]])[] {
  const rules = z.object({
    forbidden: z.array(
      z.looseObject({
        name: z.string(),
        to: z.looseObject({ pathNot: z.union([z.string(), z.array(z.string())]).optional() }),
      }),
    ),
  });
  const exported: unknown = createRequire(import.meta.url)("../.dependency-cruiser.cjs");
  return rules.parse(exported).forbidden.flatMap(({ name, to }) => {
    const part = /^(.*)-arrows$/.exec(name)?.[1];
    if (part === undefined) return [];
    const patterns = [to.pathNot ?? []].flat();
    // A pattern of another form stays as it is, so that the comparison fails.
    const named = patterns.map((each) => /^\^src\/([\w/-]+)\(/.exec(each)?.[1] ?? each);
    const others = named.filter((each) => each !== part && (isPart(each) || /\W$/.test(each)));
    return [[part, others.sort()] as const];
  });
}

function isPart(name: string): boolean {
  return existsSync(`src/${name}`) || existsSync(`src/${name}.ts`);
}
