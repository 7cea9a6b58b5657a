import { describe, expect, it } from "vitest";
import { makePerson } from "../support/authority-tokens.js";
import { useScriptedActors } from "./scripted-actors.js";
import { isSignedIn, signInSomebody } from "./visits.js";

const actors = useScriptedActors();

describe("a renewal that brings the tokens of somebody else", () => {
  it("ends the session with a page and an alert, and shows and calls nothing", async () => {
    const browser = await signInSomebody(actors);
    const mallory = makePerson("Mallory");
    actors.authority.misissue.idToken = { oid: mallory.oid, sub: `pairwise-${mallory.oid}` };
    const page = await browser.get("/payslips");
    expect(page.status).toBe(502);
    expect(page.body).toContain("ERR_FOREIGN_TOKENS");
    expect(page.body).not.toContain("still signed in");
    expect(actors.payroll.seen).toEqual([]);
    const alerts = actors.logLines.filter((line) => line.includes('"level":50'));
    expect(alerts).toHaveLength(1);
    expect(alerts[0]).toContain("ERR_ID_TOKEN_INVALID");
    expect(actors.logLines.join("\n")).not.toContain(mallory.oid);
    expect(await isSignedIn(browser)).toBe(false);
    expect((await browser.get("/payslips")).location).toContain("/signin?returnTo=%2Fpayslips");
  });

  it("tells a JSON client, who then has to sign in", async () => {
    const browser = await signInSomebody(actors);
    actors.authority.misissue.idToken = { sub: "another" };
    const refused = await browser.getJson("/payslips");
    expect(refused).toMatchObject({ status: 502, body: { code: "ERR_FOREIGN_TOKENS" } });
    const next = await browser.getJson("/payslips");
    expect(next).toMatchObject({ status: 401, body: { code: "ERR_SIGN_IN_REQUIRED" } });
  });
});

describe("a renewal without an ID token", () => {
  it("serves the person, and goes on serving them", async () => {
    const browser = await signInSomebody(actors);
    actors.authority.misissue.tokenResponse = { id_token: undefined };
    expect((await browser.get("/payslips")).status).toBe(200);
    expect((await browser.get("/payslips")).status).toBe(200);
    expect(actors.authority.requestsTo("/token")).toHaveLength(1);
  });
});
