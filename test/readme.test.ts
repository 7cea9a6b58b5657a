import { describe, expect, it } from "vitest";
import { z } from "zod";
import { allMatches, codesIn, filesUnder, read, rowsOf, section } from "./support/documents.js";

const README = read("README.md");

describe("README.md", () => {
  it("has its parts in the order in which people need them", () => {
    expect(allMatches(README, /^## (.*)$/gm)).toEqual([
      "What you will see",
      "The flow",
      "The files, in the order to read them",
      "Connecting a real tenant",
      "Add your own API",
      "Settings",
      "What is left out",
      "Troubleshooting",
    ]);
  });

  it("begins with one sentence and three commands", () => {
    const [, sentence, commands = ""] = README.split("\n\n");
    expect(sentence?.match(/\.(?=\s|$)/g)).toHaveLength(1);
    expect(allMatches(commands, /^(npm [^#]*?) *(?:#.*)?$/gm)).toEqual([
      "npm ci && npm start",
      "npm ci && npm test",
      "npm run sandbox",
    ]);
  });

  it("draws the flow between actors that it has introduced", () => {
    const diagram = /```mermaid\nsequenceDiagram\n([\s\S]*?)```/.exec(section(README, "The flow"));
    const text = diagram?.[1] ?? "";
    const actors = allMatches(text, /^ *(?:actor|participant) (\w+) as /gm);
    const messages = [...text.matchAll(/^ *(\w+)--?>>(\w+): \S.*$/gm)];
    expect(new Set(messages.flatMap(([, from, to]) => [from, to]))).toEqual(new Set(actors));
    const other = /^ *(?:autonumber|actor|participant|alt|else|end)\b/;
    const lines = text.split("\n").filter((line) => line.trim() !== "" && !other.test(line));
    expect(messages).toHaveLength(lines.length);
  });

  it("quotes labels that the control page has", () => {
    const labels = allMatches(section(README, "What you will see"), /"([A-Z][^"]+)"/g);
    const pages = filesUnder("src/sandbox/control").map(read).join("\n");
    expect(labels.length).toBeGreaterThan(0);
    expect(labels.filter((label) => !pages.includes(`"${label}"`))).toEqual([]);
  });

  it("shows changes of lines that the files have", () => {
    const diffs = allMatches(README, /```diff\n([\s\S]*?)```/g);
    expect(diffs).not.toEqual([]);
    for (const diff of diffs) {
      const [, path = ""] = /^--- (\S+)\n/.exec(diff) ?? [];
      const lines = diff.split("\n").slice(1);
      const present = lines.filter((line) => /^[- ]/.test(line)).map((line) => line.slice(1));
      expect(present).not.toEqual([]);
      const missing = present.filter((line) => !read(path).split("\n").includes(line));
      expect(missing).toEqual([]);
    }
  });

  it("names the oldest Node that package.json accepts", () => {
    const { engines } = z
      .object({ engines: z.object({ node: z.string() }) })
      .parse(JSON.parse(read("package.json")));
    const [oldest] = engines.node.split(" || ");
    expect(`^${/Node (\d+\.\d+)/.exec(README)?.[1] ?? ""}.0`).toBe(oldest);
  });
});

describe("the troubleshooting table", () => {
  const rows = rowsOf(section(README, "Troubleshooting"));
  const web = [...filesUnder("src/web"), "src/errors.ts"];

  it("has each code that the web app can show, once", () => {
    const listed = rows.map(([code = ""]) => code.replaceAll("`", ""));
    expect(new Set(listed)).toEqual(codesIn(web));
    expect(listed).toHaveLength(new Set(listed).size);
  });

  it("says who acts, and what to do", () => {
    for (const [, , who, advice] of rows) {
      expect(["you", "administrator", "operator", "nobody"]).toContain(who);
      expect(advice).toMatch(/\w.*\.$/);
    }
  });

  it("has the status with which the code is shown", () => {
    const listed = new Map(
      rows.map(([code = "", status = ""]) => [code.replaceAll("`", ""), status]),
    );
    const pairs = web
      .map(read)
      .flatMap((text) => [
        ...[...text.matchAll(/status: (\d+),\s+code: "(ERR_\w+)"/g)].map(([, s, c]) => [c, s]),
        ...[...text.matchAll(/^ {2}(ERR_\w+): (\d+),$/gm)].map(([, c, s]) => [c, s]),
      ]);
    expect(pairs.length).toBeGreaterThan(10);
    for (const [code = "", status = ""] of pairs) expect(listed.get(code)).toContain(status);
  });
});
