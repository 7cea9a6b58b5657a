import { createPrivateKey } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readCredential } from "../../src/config/client-credential.js";
import { LIFETIME_DAYS, makeSelfSigned } from "../support/self-signed.js";

const DAY_MS = 24 * 60 * 60 * 1000;
const NOW = Date.now();
const { key, cert } = makeSelfSigned("rsa", NOW);

describe("the files of a client's certificate", () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "certificate-files-"));
  });

  afterEach(() => rm(folder, { recursive: true }));

  /** Reads the credential from files with these texts, as if it were another day. */
  async function read(texts: { key?: string; cert?: string }, days = 0) {
    const paths = {
      CLIENT_CERTIFICATE_PATH: join(folder, "cert.pem"),
      CLIENT_PRIVATE_KEY_PATH: join(folder, "key.pem"),
    };
    await writeFile(paths.CLIENT_CERTIFICATE_PATH, texts.cert ?? cert);
    await writeFile(paths.CLIENT_PRIVATE_KEY_PATH, texts.key ?? key);
    return readCredential(paths, () => NOW + days * DAY_MS);
  }

  it.each([0, LIFETIME_DAYS - 1])("are accepted on day %i of its life", async (days) => {
    expect((await read({}, days)).problems).toEqual([]);
  });

  it("are accepted when the certificate begins in a minute", async () => {
    expect((await read({}, -1 - 1 / 1440)).problems).toEqual([]);
  });

  it.each([
    ["expired", LIFETIME_DAYS, "that expired on"],
    ["expired long ago", 900, "that expired on"],
    ["is not valid yet", -2, "not valid before"],
  ])("are refused when the certificate %s", async (_what, days, reason) => {
    const { credential, problems } = await read({}, days);
    expect(credential).toBeUndefined();
    expect(problems).toEqual([expect.stringMatching(`^CLIENT_CERTIFICATE_PATH .*${reason}`)]);
    expect(problems[0]).toMatch(/ \d{4}-\d\d-\d\d$/);
  });

  it.each([
    ["PKCS #8", "pkcs8"],
    ["the older form", "pkcs1"],
  ] as const)("are refused when the key is encrypted, in %s", async (_what, type) => {
    const cipher = { cipher: "aes-256-cbc", passphrase: "hunter2hunter2" };
    const pem = createPrivateKey(key).export({ format: "pem", type, ...cipher });
    const { problems } = await read({ key: String(pem) });
    expect(problems).toEqual([expect.stringMatching(/^CLIENT_PRIVATE_KEY_PATH .*encrypted/)]);
  });

  it("are refused when both are exchanged", async () => {
    const { problems } = await read({ key: cert, cert: key });
    expect(problems.map((each) => each.split(" ")[0])).toEqual([
      "CLIENT_CERTIFICATE_PATH",
      "CLIENT_PRIVATE_KEY_PATH",
    ]);
  });
});
