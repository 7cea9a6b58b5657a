import { describe, expect, it } from "vitest";
import { readPage } from "../sandbox/html-page.js";
import { makePerson } from "../support/authority-tokens.js";
import { HttpBrowser } from "../support/http-browser.js";
import { useScriptedActors } from "./scripted-actors.js";
import { signInSomebody, takeToAuthority } from "./visits.js";

const actors = useScriptedActors();
const MANY = 3_900;

describe("an API's long list", () => {
  it("is cut on the page, which says so", async () => {
    const browser = await signInSomebody(actors);
    const payslip = { period: "2026-10", gross: 4_200, net: 2_890.5, currency: "EUR" };
    actors.payroll.answer = () => ({ status: 200, body: { payslips: Array(MANY).fill(payslip) } });
    const page = await browser.get("/payslips");
    expect(page.body.match(/<th scope="row">/g)).toHaveLength(100);
    expect(readPage(page.body).text).toContain("3,800 more are not shown");
  });

  it("is whole for a JSON client", async () => {
    const browser = await signInSomebody(actors);
    const taxForms = Array.from({ length: 300 }, (_, year) => ({ year, name: "Form" }));
    actors.payroll.answer = () => ({ status: 200, body: { taxForms } });
    expect(await browser.getJson("/tax-forms")).toEqual({ status: 200, body: { taxForms } });
  });
});

describe("a long name", () => {
  it("of a tax form is cut", async () => {
    const browser = await signInSomebody(actors);
    const taxForms = [{ year: 2025, name: "x".repeat(100_000) }];
    actors.payroll.answer = () => ({ status: 200, body: { taxForms } });
    expect((await browser.get("/tax-forms")).body.length).toBeLessThan(10_000);
  });

  it("of a person is cut", async () => {
    actors.authority.person = makePerson("A".repeat(3_000));
    const browser = new HttpBrowser(actors.url);
    await takeToAuthority(browser, await browser.get("/signin"));
    const { body } = await browser.get("/profile");
    expect(body).toContain("Signed in as");
    expect(body).not.toContain("A".repeat(101));
  });
});
