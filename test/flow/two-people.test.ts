import { decodeJwt } from "jose";
import { describe, expect, it } from "vitest";
import { CHALLENGE } from "../support/api-responses.js";
import { makePerson, type Person } from "../support/authority-tokens.js";
import { HttpBrowser } from "../support/http-browser.js";
import { forgetReceived, useScriptedActors } from "./scripted-actors.js";
import { leaveForAuthority, takeToAuthority } from "./visits.js";

const actors = useScriptedActors();

interface Visitor {
  readonly person: Person;
  readonly browser: HttpBrowser;
}

async function signIn(name: string): Promise<Visitor> {
  const person = makePerson(name);
  actors.authority.person = person;
  const browser = new HttpBrowser(actors.url);
  await takeToAuthority(browser, await browser.get("/signin"));
  return { person, browser };
}

/** Returns whose tokens the APIs received, in order. */
function callers(): unknown[] {
  return [...actors.payroll.seen, ...actors.graph.seen].map(({ headers }) => {
    const token = headers.authorization?.replace("Bearer ", "") ?? "";
    return decodeJwt(token).oid;
  });
}

describe("two people at once", () => {
  it("are each served with their own tokens, and shown their own name", async () => {
    const [ada, ben] = [await signIn("Ada"), await signIn("Ben")];
    for (const { person, browser } of [ada, ben, ben, ada]) {
      forgetReceived(actors);
      actors.authority.person = person;
      const [payslips, profile] = await Promise.all([
        browser.get("/payslips"),
        browser.get("/profile"),
      ]);
      expect(callers()).toEqual([person.oid, person.oid]);
      for (const { status, body } of [payslips, profile]) {
        expect(status).toBe(200);
        expect(body).toContain(person.username);
      }
    }
  });

  it("are not mixed up when they call at the same moment", async () => {
    const visitors = [await signIn("Ada"), await signIn("Ben"), await signIn("Cleo")];
    forgetReceived(actors);
    const visits = visitors.flatMap((visitor) => [visitor, visitor, visitor]);
    const pages = await Promise.all(visits.map(({ browser }) => browser.get("/payslips")));
    for (const [index, { body }] of pages.entries()) {
      for (const { person } of visitors) {
        const isTheirs = person === visits[index]?.person;
        expect(body.includes(person.username)).toBe(isTheirs);
      }
    }
    const expected = visits.map(({ person }) => person.oid);
    expect(callers().toSorted()).toEqual(expected.toSorted());
    expect(actors.authority.requestsTo("/token")).toHaveLength(visitors.length);
  });

  it("cannot finish each other's step-up", async () => {
    const [ada, ben] = [await signIn("Ada"), await signIn("Ben")];
    await ada.browser.getJson("/payslips");
    actors.payroll.nextAnswers.push(CHALLENGE);
    const back = await leaveForAuthority(ada.browser, await ada.browser.get("/payslips"));
    forgetReceived(actors);
    expect((await ben.browser.get(back)).location).toBe(`${actors.url}/`);
    expect(actors.authority.requestsTo("/token")).toEqual([]);
  });
});

describe("the session cookie", () => {
  it("is out of reach of scripts and of other sites, and names no person", async () => {
    const response = await fetch(`${actors.url}/signin`, { redirect: "manual" });
    const [cookie, ...more] = response.headers.getSetCookie();
    expect(more).toEqual([]);
    expect(cookie).toMatch(/^session-\d+=[^;]+; Path=\/; HttpOnly; SameSite=Lax$/);
  });

  it("is not given to who only looks", async () => {
    for (const path of ["/", "/signout", "/payslips", "/redirect", "/nowhere"]) {
      const response = await fetch(actors.url + path, { redirect: "manual" });
      expect(response.headers.getSetCookie()).toEqual([]);
    }
  });

  it("is worth nothing once a character of it is changed", async () => {
    const { browser } = await signIn("Ada");
    const [[name, cookie] = ["", ""]] = browser.cookies;
    for (const at of [6, Math.floor(cookie.length / 2), cookie.length - 2]) {
      const changed = cookie.slice(0, at) + (cookie[at] === "a" ? "b" : "a") + cookie.slice(at + 1);
      const forged = new HttpBrowser(actors.url, new Map([[name, changed]]));
      expect((await forged.getJson("/profile")).status).toBe(401);
    }
    expect((await browser.getJson("/profile")).status).toBe(200);
  });
});
