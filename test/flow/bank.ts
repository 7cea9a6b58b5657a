import { afterEach, beforeEach, expect } from "vitest";
import { type Actors, startActors } from "../support/actors.js";
import type { HttpBrowser, Visited } from "../support/http-browser.js";
import { IBAN, IBAN_SHOWN } from "../support/ibans.js";
import { setUpForAll, setUpForEach } from "../support/set-up.js";
import { type BankVisitor, visitBank } from "./bank-visitor.js";
import { startWithFaults, type Writes } from "./faulty-payroll-api.js";

/** The three actors, with a Payroll API that records and fails. */
export interface BankActors extends Actors, Writes {}

/** A bank and Ada, who is signed in afresh for each test. */
export interface Bank {
  readonly actors: BankActors;
  readonly ada: HttpBrowser;
  /** Ada at the bank account's pages. */
  readonly bank: BankVisitor;
  /** Expects the write of {@link IBAN} to be executed once, and the page to say so. */
  readonly expectDoneOnce: (responded: Visited) => Promise<void>;
  /** Expects no write to be executed, and the form's page to hold what was typed. */
  readonly expectKept: () => Promise<void>;
}

/** Starts the actors for the tests of a file or `describe`; each test begins without writes. */
export function useBank(): Bank {
  const actors = setUpForAll(startBankActors);
  const ada = setUpForEach(() => actors.signIn("Ada"));
  const bank = visitBank(ada);
  beforeEach(() => {
    actors.keysReceived.length = 0;
    actors.executed.length = 0;
  });
  afterEach(() => {
    actors.clock.aheadMs = 0;
    actors.faults.length = 0;
  });
  return {
    ...{ actors, ada, bank },
    expectDoneOnce: async (responded) => {
      expect(actors.executed).toEqual([IBAN]);
      const page = await ada.follow(responded);
      expect(page.status).toBe(200);
      expect(page.body).toContain("Bank account changed");
      expect(page.body).toContain(IBAN_SHOWN);
    },
    expectKept: async () => {
      expect(actors.executed).toEqual([]);
      expect((await bank.open()).body).toContain(IBAN_SHOWN);
    },
  };
}

async function startBankActors(): Promise<BankActors> {
  const writes: Writes = { keysReceived: [], executed: [], faults: [] };
  const actors = await startActors({ startPayroll: startWithFaults(writes) });
  return { ...actors, ...writes };
}
