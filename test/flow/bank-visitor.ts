import { findButton, readPage } from "../sandbox/html-page.js";
import type { HttpBrowser, Visited } from "../support/http-browser.js";

/** A person at the bank account's pages, where forms are found by their buttons. */
export interface BankVisitor {
  /** Opens the form, types an IBAN and sends it. */
  readonly submit: (iban: string) => Promise<Visited>;
  /** The same with a step-up on the way; returns the page that asks for a confirmation. */
  readonly submitAndStepUp: (iban: string) => Promise<Visited>;
  /** Presses a button of a page, with these entries in its form. */
  readonly press: (
    page: Visited,
    button: "Change bank account" | "Confirm change" | "Discard",
    entries?: Readonly<Record<string, string>>,
  ) => Promise<Visited>;
  /** Confirms the change that a page shows. */
  readonly confirm: (page: Visited) => Promise<Visited>;
  /** Finds the drafts on the form's page, and opens the first. */
  readonly goOn: () => Promise<Visited>;
  /** Opens the form's page. */
  readonly open: () => Promise<Visited>;
}

/** Creates a visitor with this browser. */
export function visitBank(browser: HttpBrowser): BankVisitor {
  const visitor: BankVisitor = {
    open: () => browser.get("/bank-account"),
    press: (page, button, entries) => {
      const { form } = findButton(readPage(page.body), button);
      return browser.post(form.action, { ...Object.fromEntries(form.fields), ...entries });
    },
    submit: async (iban) => visitor.press(await visitor.open(), "Change bank account", { iban }),
    submitAndStepUp: async (iban) => browser.follow(await visitor.submit(iban)),
    confirm: (page) => visitor.press(page, "Confirm change"),
    goOn: async () => {
      const { body } = await visitor.open();
      const path = /href="(\/bank-account\?draft=[^"]+)"/.exec(body)?.[1];
      if (path === undefined) throw new Error("Nothing was kept");
      return browser.get(path);
    },
  };
  return visitor;
}
