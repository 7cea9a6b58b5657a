import { describe, expect, it } from "vitest";
import { tokenError } from "../support/authority-grants.js";
import { makePerson } from "../support/authority-tokens.js";
import { HttpBrowser } from "../support/http-browser.js";
import { createLogReader } from "./log-reader.js";
import { useScriptedActors } from "./scripted-actors.js";
import { signInSomebody, takeToAuthority } from "./visits.js";

const actors = useScriptedActors();
const { events, expectOnly, lines } = createLogReader(actors);

describe("the end of a session in the log", () => {
  it("is one line at a sign-out, and none for a visitor", async () => {
    const browser = await signInSomebody(actors);
    await browser.post("/signout");
    await browser.post("/signout");
    expectOnly("signed-out", { oid: actors.authority.person.oid });
  });

  it("is one line at a front-channel logout, and none when it ends nothing", async () => {
    actors.authority.misissue.idToken = { sid: "sid-of-the-log" };
    await signInSomebody(actors);
    const { issuer: iss } = actors.authority;
    const query = new URLSearchParams({ iss, sid: "sid-of-the-log" }).toString();
    for (let count = 0; count < 2; count += 1) {
      await fetch(`${actors.url}/frontchannel-logout?${query}`);
    }
    expectOnly("session-ended", { reason: "front-channel-logout", sessions: 1 });
    expect(actors.logLines.join("\n")).not.toContain("sid-of-the-log");
  });

  it("is one line when the account is disabled", async () => {
    const browser = await signInSomebody(actors);
    const { oid } = actors.authority.person;
    actors.authority.nextTokenAnswers.push(tokenError(50057, "invalid_grant"));
    await browser.getJson("/payslips");
    expectOnly("session-ended", { reason: "account-disabled", oid, aadsts: 50057 });
  });

  it("is one alert when a renewal brings tokens of somebody else", async () => {
    const browser = await signInSomebody(actors);
    const { oid } = actors.authority.person;
    actors.authority.misissue.idToken = { sub: "another" };
    await Promise.all([browser.getJson("/payslips"), browser.getJson("/payslips")]);
    const ended = lines().filter(({ event }) => event !== undefined);
    expect(ended).toMatchObject([
      { event: "session-ended", reason: "foreign-tokens", oid, level: 50 },
    ]);
  });

  it("is one line when somebody else signs in in its place", async () => {
    const browser = await signInSomebody(actors);
    const { oid } = actors.authority.person;
    actors.authority.person = makePerson("Ben");
    await takeToAuthority(browser, await browser.get("/signin?prompt=select_account"));
    expect(events()).toMatchObject([
      { event: "session-ended", reason: "replaced", oid },
      { event: "signed-in", oid: actors.authority.person.oid },
    ]);
  });

  it("is one line when a person has more sessions than they may", async () => {
    const person = makePerson("Ada");
    for (let count = 0; count < 11; count += 1) {
      actors.authority.person = person;
      const browser = new HttpBrowser(actors.url);
      await takeToAuthority(browser, await browser.get("/signin"));
    }
    const ended = events().filter(({ event }) => event === "session-ended");
    expect(ended).toMatchObject([{ reason: "too-many-sessions", oid: person.oid, sessions: 1 }]);
  });
});
