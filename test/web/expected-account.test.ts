import type { Request } from "express";
import { describe, expect, it } from "vitest";
import type { AuthorizationTransaction } from "../../src/session/authorization-transactions.js";
import { isExpectedAccount } from "../../src/web/signed-in-session.js";

const ADA = { oid: "ada", tid: "contoso" };
const BEN = { oid: "ben", tid: "contoso" };
/** Another account, whose object id is the same. */
const ADA_ELSEWHERE = { oid: "ada", tid: "fabrikam" };
type Account = typeof ADA;

const TRANSACTION: AuthorizationTransaction = {
  ...{
    purpose: "sign-in",
    isVisitor: true,
    binding: "binding",
    nonce: "nonce",
    codeVerifier: "verifier",
  },
  ...{ scopes: [], stepUp: {}, redirectUri: "http://localhost:3000/redirect", returnTo: "/" },
  ...{ isVisitor: true, forAction: false, round: 1, expiresAt: 0 },
};

interface Case {
  readonly signedIn: Account | undefined;
  readonly cameBack: Account;
  readonly transaction: Partial<AuthorizationTransaction>;
  readonly retiresAt?: number;
}

function isExpected({ signedIn, cameBack, transaction, retiresAt }: Case): boolean {
  const idToken = { ...cameBack, iss: "https://login.example.com", sub: cameBack.oid, iat: 0 };
  const session = { signedIn, retiresAt } as unknown as Request["session"];
  return isExpectedAccount({ session }, { ...TRANSACTION, ...transaction }, { idToken });
}

describe("the account that comes back from a step-up", () => {
  function stepUp(expectedAccount: Account, signedIn: Account | undefined, cameBack: Account) {
    return isExpected({ signedIn, cameBack, transaction: { purpose: "step-up", expectedAccount } });
  }

  it("is the one that was sent and is signed in", () => {
    expect(stepUp(ADA, ADA, ADA)).toBe(true);
  });

  it.each([
    ["another one came back", { sent: ADA, signedIn: ADA, cameBack: BEN }],
    ["another one is signed in by now", { sent: ADA, signedIn: BEN, cameBack: ADA }],
    ["another one is signed in by now and came back", { sent: ADA, signedIn: BEN, cameBack: BEN }],
    ["nobody is signed in any more", { sent: ADA, signedIn: undefined, cameBack: ADA }],
    ["one of another tenant came back", { sent: ADA, signedIn: ADA, cameBack: ADA_ELSEWHERE }],
    ["one of another tenant is signed in", { sent: ADA, signedIn: ADA_ELSEWHERE, cameBack: ADA }],
    ["one of another tenant was sent", { sent: ADA_ELSEWHERE, signedIn: ADA, cameBack: ADA }],
  ])("is not the expected one when %s", (_name, { sent, signedIn, cameBack }) => {
    expect(stepUp(sent, signedIn, cameBack)).toBe(false);
  });
});

describe("the account that comes back from a sign-in", () => {
  it.each([
    ["nobody is signed in", undefined, {}],
    ["it is signed in already", ADA, {}],
    ["another one is signed in and asked to choose one", BEN, { mayReplace: true }],
  ])("is signed in when %s", (_name, signedIn, transaction) => {
    expect(isExpected({ signedIn, cameBack: ADA, transaction })).toBe(true);
  });

  it.each([
    ["another one is signed in", BEN],
    ["one of another tenant is signed in", ADA_ELSEWHERE],
  ])("is not signed in when %s", (_name, signedIn) => {
    expect(isExpected({ signedIn, cameBack: ADA, transaction: {} })).toBe(false);
  });

  it("replaces nobody in a session whose id is a former one", () => {
    const choice = { cameBack: ADA, transaction: { mayReplace: true }, retiresAt: 1 };
    expect(isExpected({ ...choice, signedIn: BEN })).toBe(false);
    expect(isExpected({ ...choice, signedIn: ADA })).toBe(true);
  });
});
