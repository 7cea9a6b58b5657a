import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadEnvFile } from "../../src/config/env-file.js";
import { ConfigError } from "../../src/errors.js";

const TEXT =
  'TENANT_ID=contoso.example\n# a comment\n\nexport CLIENT_SECRET="two\nlines"\r\nPORT=1\n';
const SETTINGS = { TENANT_ID: "contoso.example", CLIENT_SECRET: "two\nlines", PORT: "1" };
const SECRET = "hunter2hunter2";

describe("loadEnvFile", () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "env-file-"));
  });

  afterEach(() => rm(folder, { recursive: true }));

  /** Loads a file with this content over an environment, and returns the environment. */
  async function load(content: string | Uint8Array, env: Record<string, string | undefined> = {}) {
    const path = join(folder, ".env");
    await writeFile(path, content);
    const loaded = { ...env };
    loadEnvFile(loaded, path);
    return loaded;
  }

  async function problemsOf(
    content: string | Uint8Array,
    env: Record<string, string | undefined> = {},
  ): Promise<readonly string[]> {
    const error: unknown = await load(content, env).catch((each: unknown) => each);
    if (!(error instanceof ConfigError)) throw new Error("Nothing was wrong with it");
    expect(error.message).not.toContain(SECRET);
    return error.problems;
  }

  it("adds nothing when there is no file", () => {
    const env = {};
    loadEnvFile(env, join(folder, ".env"));
    expect(env).toEqual({});
  });

  it.each([
    ["UTF-8", TEXT],
    ["UTF-8 with a byte-order mark", `\uFEFF${TEXT}`],
    ["UTF-8 with the lines of Windows", TEXT.replaceAll(/\r?\n(?!lines)/g, "\r\n")],
    [
      "UTF-8 with the lines of an old Mac",
      'TENANT_ID=contoso.example\rPORT=1\rCLIENT_SECRET="two\nlines"',
    ],
  ])("reads %s", async (_what, content) => {
    expect(await load(content)).toEqual(SETTINGS);
  });

  it("lets the environment win, also with an empty value", async () => {
    expect(await load(TEXT, { TENANT_ID: "", PORT: "2" })).toMatchObject({
      TENANT_ID: "",
      PORT: "2",
    });
  });

  it.each([
    ["UTF-16 with a byte-order mark", Buffer.from(`\uFEFF${TEXT}`, "utf16le")],
    ["UTF-16 without one", Buffer.from(TEXT, "utf16le")],
    ["UTF-16, the other way round", Buffer.from(`\uFEFF${TEXT}`, "utf16le").swap16()],
    ["Latin-1", Buffer.from("TENANT_ID=contoso\n# Für Köln\n", "latin1")],
  ])("names the file when it is %s", async (_what, content) => {
    expect(await problemsOf(content)).toEqual([expect.stringMatching(/\.env is no UTF-8 text/)]);
  });

  it("names the file when it cannot be read", async () => {
    await mkdir(join(folder, "folder"));
    expect(() => {
      loadEnvFile({}, join(folder, "folder"));
    }).toThrow(ConfigError);
  });

  it.each([
    ["a colon", `PORT=1\nTENANT_ID: ${SECRET}\n`, 2],
    ["a command of Windows", `set TENANT_ID=${SECRET}`, 1],
    ["a command of PowerShell", `\n\n$env:TENANT_ID=${SECRET}`, 3],
    ["no value", `CLIENT_SECRET="a\nb"\nTENANT_ID`, 3],
  ])("names the line that has %s", async (_what, content, line) => {
    expect(await problemsOf(content)).toEqual([expect.stringContaining(`line ${line} `)]);
  });

  it.each([
    ...["TENANTID", "TENNANT_ID", "TENAT_ID", "TENANT_IDS", "TENANT-ID", "tenant_id", "TENATN_ID"],
    ...["AZURE_TENANT_ID", "ENTRA_TENANT_ID", "AZURE_AD_TENANT_ID", "ARM_TENANT_ID", "TENANT"],
    ...["AZURE_TENANTID"],
  ])("points out that %s is not TENANT_ID", async (name) => {
    const problems = await problemsOf(`${name}=${SECRET}`);
    expect(problems).toEqual([expect.stringContaining(`${name} is not a setting`)]);
    expect(problems[0]).toContain("TENANT_ID meant?");
  });

  it.each([
    ["AZURE_CLIENT_SECRET", "CLIENT_SECRET"],
    ["CLIENTSECRET", "CLIENT_SECRET"],
    ["REDIRECT_URL", "REDIRECT_URI"],
    ["SESION_SECRET", "SESSION_SECRET"],
    ["LOGLEVEL", "LOG_LEVEL"],
    ["BASE_URI", "BASE_URL"],
    ["CLIENT_CERT_PATH", undefined],
    ["NODE_EXTRA_CA_CERTS", undefined],
    ["NODE_ENV", undefined],
    ["HTTPS_PROXY", undefined],
    ["REDIS_URL", undefined],
    ["APP_PORT", undefined],
    ["POST", undefined],
  ])("takes %s for a slip of %s", async (name, meant) => {
    if (meant === undefined) {
      expect(await load(`${name}=x`)).toEqual({ [name]: "x" });
      return;
    }
    expect(await problemsOf(`${name}=${SECRET}`)).toEqual([expect.stringContaining(meant)]);
  });

  it("points out every slip at once", async () => {
    expect(await problemsOf(`TENANTID=a\nCLIENTID=b\nPORT=1`)).toHaveLength(2);
  });

  it("accepts a name of another tool when the setting itself is there, or it is blank", async () => {
    await expect(load("AZURE_TENANT_ID=a\nTENANT_ID=a")).resolves.toBeDefined();
    await expect(load("AZURE_TENANT_ID=a", { TENANT_ID: "a" })).resolves.toBeDefined();
    await expect(load("AZURE_TENANT_ID=")).resolves.toBeDefined();
  });

  it("does not fail for a name in the environment, which is shared", async () => {
    const env = { AZURE_TENANT_ID: SECRET, LOGLEVEL: "x" };
    await expect(load("PORT=1", env)).resolves.toMatchObject({ PORT: "1" });
  });
});
