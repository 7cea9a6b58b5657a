import { afterEach, describe, expect, it } from "vitest";
import { HttpBrowser } from "../support/http-browser.js";
import { makePerson } from "../support/authority-tokens.js";
import { useScriptedActors } from "./scripted-actors.js";
import { demandStepUp, leaveForAuthority, signInSomebody, takeToAuthority } from "./visits.js";

const actors = useScriptedActors();
const NONE = { name: undefined, preferred_username: undefined };

afterEach(() => {
  actors.authority.misissue.idToken = {};
});

/** Signs somebody in whose ID token has these claims, and returns the text of the home page. */
async function readHome(claims: Readonly<Record<string, unknown>>): Promise<string> {
  actors.authority.misissue.idToken = claims;
  const browser = new HttpBrowser(actors.url);
  await takeToAuthority(browser, await browser.get("/signin"));
  const { body } = await browser.get("/");
  return body
    .replaceAll(/<[^>]*>/g, "")
    .replaceAll(/\s+/g, " ")
    .replaceAll("&#39;", "'");
}

describe("a person whose ID token lacks names", () => {
  it.each([
    ["name", { ...NONE, name: "Ada Okafor" }, "Signed in as Ada Okafor Sign out"],
    ["user name", { ...NONE, preferred_username: "ada@a.example" }, "Signed in as ada@a.example S"],
    ["UPN", { ...NONE, upn: "ada@b.example" }, "Signed in as ada@b.example Sign out"],
    ["e-mail", { ...NONE, email: "ada@c.example" }, "Signed in as ada@c.example Sign out"],
    ["nothing", NONE, "Signed in Sign out"],
    ["blanks", { name: "  ", preferred_username: "" }, "Signed in Sign out"],
    ["no text", { name: 7, preferred_username: null }, "Signed in Sign out"],
  ])("is greeted by what there is: %s", async (_what, claims, greeting) => {
    const text = await readHome(claims);
    expect(text).toContain(greeting);
    expect(text).toMatch(/Hello(?:, \S|(?=[^,\w]))/);
  });

  it("can step up, and sends no empty login hint", async () => {
    actors.authority.misissue.idToken = { ...NONE, login_hint: undefined };
    const browser = await signInSomebody(actors);
    await browser.getJson("/payslips");
    demandStepUp(actors);
    const visited = await browser.get("/payslips");
    expect(new URL(visited.location ?? "").searchParams.has("login_hint")).toBe(false);
    expect((await takeToAuthority(browser, visited)).status).toBe(303);
    expect((await browser.get("/signout")).body).toContain("You are signed in.");
  });

  it("reads a whole sentence when another account confirms", async () => {
    actors.authority.misissue.idToken = { ...NONE, login_hint: undefined };
    const browser = await signInSomebody(actors);
    demandStepUp(actors);
    const visited = await browser.get("/payslips");
    actors.authority.person = makePerson("Ben");
    const page = await browser.get(await leaveForAuthority(browser, visited));
    expect(page.status).toBe(403);
    expect(page.body).toContain("You are signed in as your own account, but another account");
  });
});
