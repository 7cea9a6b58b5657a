import { describe, expect, it } from "vitest";
import { z } from "zod";
import { startProgram } from "./support/child-program.js";
import { read } from "./support/documents.js";

const { engines, scripts } = z
  .object({ engines: z.object({ node: z.string() }), scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(read("package.json")));

/** Runs the check as if Node had this version. */
async function checkAs(version: string): Promise<{ code: number | null; output: string }> {
  const pretend = `Object.defineProperty(process, "version", { value: "${version}" });`;
  const program = startProgram(["-e", `${pretend} require("./require-node.cjs")`], {});
  return { code: await program.ended(), output: program.output() };
}

describe("require-node.cjs", () => {
  it.each(["v0.12.18", "v14.21.3", "v18.20.8", "v20.18.3", "v21.7.3", "v22.12.0", "v23.11.1"])(
    "says which Node is needed to %s, and ends with 1",
    async (version) => {
      const { code, output } = await checkAs(version);
      expect(code).toBe(1);
      expect(output).toContain("needs Node 20.19 or newer");
      expect(output).toContain(engines.node);
      expect(output).toContain(version.slice(1));
      expect(output).not.toMatch(/^\s+at /m);
    },
  );

  it.each(["v20.19.0", "v20.20.2", "v22.13.0", "v22.21.1", "v24.0.0", "v26.1.0", "v100.0.0"])(
    "is silent to %s",
    async (version) => {
      expect(await checkAs(version)).toEqual({ code: 0, output: "" });
    },
  );

  it.each(["start", "sandbox", "payroll-api", "example", "doctor", "test", "build"])(
    "runs before npm run %s",
    (name) => {
      expect(scripts[`pre${name}`]).toBe("node require-node.cjs");
    },
  );

  it("is JavaScript that any Node can parse", () => {
    const code = read("require-node.cjs").replaceAll(/^\s*\/\/.*$/gm, "");
    expect(code).not.toMatch(/=>|\b(?:const|let|class|async|import)\b|\?\.|\?\?|\.\.\.|,\s*\)/);
  });

  it("is backed by npm, which refuses to install on another Node", () => {
    expect(read(".npmrc")).toMatch(/^engine-strict=true$/m);
  });
});
