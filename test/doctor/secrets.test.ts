import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readConfig } from "../../src/config/config.js";
import { checkClientSecret, checkSessionSecrets } from "../../src/doctor/checks/secrets.js";
import { RANDOM_SECRET } from "./examine.js";

const CLIENT_ID = "5f0f1b6e-7c1e-4f0e-9d53-0c8b6b2d7a11";

function configWith(settings: Readonly<Record<string, string>>) {
  const rest = { TENANT_ID: "contoso.example", CLIENT_ID, CLIENT_SECRET: "s~8Q_a.value" };
  return readConfig({ ...rest, SESSION_SECRET: RANDOM_SECRET, ...settings });
}

describe("checkSessionSecrets", () => {
  it.each([
    "a".repeat(64),
    "changeme-changeme-changeme-changeme",
    "my very secret value that is long",
    "<32 random characters or more>......",
    "<32 random characters or more!!!>",
    "abcdefghijklmnopqrstuvwxyz0123456789",
    "0123456789012345678901234567890123456789",
    "98765432109876543210987654321098",
    "keyboard cat keyboard cat keyboard cat",
    "qwertyuiopasdfghjklzxcvbnmqwertyui",
    "11111111222222223333333344444444",
    "aB3$aB3$aB3$aB3$aB3$aB3$aB3$aB3$",
  ])("finds that this can be guessed, and does not quote it: %s", (secret) => {
    const found = checkSessionSecrets(configWith({ SESSION_SECRET: secret }));
    expect(found.map(({ level }) => level)).toEqual(["wrong"]);
    expect(JSON.stringify(found)).not.toContain(secret);
  });

  it("accepts random secrets, in base64url and in hexadecimal", () => {
    const random = fc.constantFrom("base64url", "hex").chain((encoding) => {
      return fc
        .integer({ min: 24, max: 64 })
        .map((bytes) => randomBytes(bytes).toString(encoding as BufferEncoding));
    });
    fc.assert(
      fc.property(random, (secret) => {
        const found = checkSessionSecrets(configWith({ SESSION_SECRET: secret }));
        return found.every(({ level }) => level === "ok");
      }),
    );
  });

  it("checks each of several, and says which one", () => {
    const secrets = `${RANDOM_SECRET},${"ab".repeat(20)}`;
    const found = checkSessionSecrets(configWith({ SESSION_SECRET: secrets }));
    expect(found).toHaveLength(1);
    expect(found[0]?.text).toContain("SESSION_SECRET 2");
  });

  it("finds the client secret in its place", () => {
    const found = checkSessionSecrets(configWith({ CLIENT_SECRET: RANDOM_SECRET }));
    expect(found[0]).toMatchObject({ level: "wrong" });
    expect(found[0]?.text).toContain("CLIENT_SECRET");
  });
});

describe("checkClientSecret", () => {
  it.each([
    "6C1E0000-1111-4222-8333-944455556666",
    CLIENT_ID,
    "<value of its client secret>",
    '"s~8Q_a.value"',
    "'s~8Q_a.value'",
  ])("finds that this is not the value: %s", (secret) => {
    const found = checkClientSecret(configWith({ CLIENT_SECRET: secret }));
    expect(found.map(({ level }) => level)).toEqual(["wrong"]);
  });

  it("accepts what Entra issues", () => {
    const found = checkClientSecret(configWith({ CLIENT_SECRET: `xY7~${"aB3.-_".repeat(6)}` }));
    expect(found.map(({ level }) => level)).toEqual(["ok"]);
  });
});
