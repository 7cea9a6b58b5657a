import { createPublicKey } from "node:crypto";
import { jwtVerify } from "jose";
import { describe, expect, it } from "vitest";
import { createClientAssertion } from "../../src/auth/client-assertion.js";
import { makeSelfSigned } from "../support/self-signed.js";

const NOW = Date.now();
const { key, cert } = makeSelfSigned("rsa");
const SUBJECT = { clientId: "client", tokenEndpoint: "https://login.example/token" };

describe("a client assertion", () => {
  /** Verifies it as an authority whose clock differs by this much and that tolerates nothing. */
  async function verifyAt(offsetSeconds: number): Promise<void> {
    const credential = { kind: "certificate", certificate: cert, privateKey: key } as const;
    const assertion = await createClientAssertion(credential, () => NOW)?.(SUBJECT);
    await jwtVerify(assertion ?? "", createPublicKey(cert), {
      issuer: SUBJECT.clientId,
      audience: SUBJECT.tokenEndpoint,
      maxTokenAge: "1h",
      currentDate: new Date(NOW + offsetSeconds * 1000),
    });
  }

  it.each([-299, 0, 480])("is valid when the authority's clock is %i s ahead", async (seconds) => {
    await expect(verifyAt(seconds)).resolves.toBeUndefined();
  });

  it.each([-600, 1200])("is not valid when it is %i s ahead", async (seconds) => {
    await expect(verifyAt(seconds)).rejects.toThrow();
  });
});
