import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { allMatches, filesUnder, read } from "./support/documents.js";

const { engines, scripts, version } = z
  .object({
    engines: z.object({ node: z.string() }),
    scripts: z.record(z.string(), z.string()),
    version: z.string(),
  })
  .parse(JSON.parse(read("package.json")));

describe("the scripts that run until they are stopped", () => {
  it.each(["start", "sandbox", "payroll-api", "example"])(
    "replace a POSIX shell, and are silent in cmd.exe: %s",
    (name) => {
      const [posix = "", windows] = (scripts[name] ?? "").split(" # 2>nul || ");
      expect(posix).toBe(`exec ${windows ?? ""}`);
      expect(windows).toMatch(/^node [^#|&]+\.ts$/);
    },
  );
});

describe("npm run test:no-browser", () => {
  it("leaves out the files that start a browser, and no others", () => {
    const excluded = allMatches(scripts["test:no-browser"] ?? "", /--exclude (\S+)/g);
    const tests = filesUnder("test").filter((path) => path.endsWith(".test.ts"));
    const withBrowser = tests.filter((path) => reaches(path, "test/support/browser.ts"));
    expect(withBrowser.length).toBeGreaterThan(5);
    const left = tests.filter((path) => excluded.some((each) => path.startsWith(each)));
    expect(left.sort()).toEqual(withBrowser.sort());
  });
});

describe(".github/workflows/ci.yml", () => {
  const workflow = read(".github/workflows/ci.yml");

  it("runs what .ci/run runs", () => {
    expect(workflow).toMatch(/^ +- run: \.ci\/run$/m);
  });

  it("runs on each major version that package.json accepts", () => {
    const tested = allMatches(/node: \[(.*)\]/.exec(workflow)?.[1] ?? "", /\d+/g);
    expect(tested).toEqual(["20", "22", "24", "26"]);
    const accepted = allMatches(engines.node, /(\d+)\.\d+\.\d+/g);
    expect(tested).toEqual(expect.arrayContaining(accepted));
  });

  it("pins each action to a commit and may only read", () => {
    const actions = allMatches(workflow, /uses: (\S+)/g);
    expect(actions).not.toEqual([]);
    for (const action of actions) expect(action).toMatch(/@[0-9a-f]{40}$/);
    expect(workflow).toMatch(/^permissions:\n {2}contents: read$/m);
  });
});

describe("CHANGELOG.md", () => {
  it("has the version of package.json, or what comes next, at its top", () => {
    const [first] = allMatches(read("CHANGELOG.md"), /^## \[(.+?)\]/gm);
    expect(["Unreleased", version]).toContain(first);
  });
});

/** Returns whether a file imports another one, directly or through others of this project. */
function reaches(path: string, target: string, seen = new Set<string>()): boolean {
  if (path === target) return true;
  if (seen.has(path) || !existsSync(path)) return false;
  seen.add(path);
  const imports = allMatches(read(path), /from "(\.[^"]+)\.js"/g);
  return imports.some((each) => reaches(`${join(dirname(path), each)}.ts`, target, seen));
}
