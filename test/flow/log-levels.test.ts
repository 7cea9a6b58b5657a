import { describe, expect, it } from "vitest";
import { tokenError } from "../support/authority-grants.js";
import { HttpBrowser } from "../support/http-browser.js";
import { beginSignIn, createLogReader } from "./log-reader.js";
import { useScriptedActors } from "./scripted-actors.js";

const actors = useScriptedActors();
const { lines } = createLogReader(actors);

describe("the level of what strangers and outages cause", () => {
  async function maxLevel(visit: () => Promise<unknown>): Promise<number> {
    actors.logLines.length = 0;
    await visit();
    return Math.max(...lines().map(({ level }) => level));
  }

  it.each([
    "/redirect?code=junk&state=junk",
    "/redirect?code=junk&code=junk&state=junk",
    "/redirect?error=invalid_client&error_description=AADSTS7000215&state=junk",
    "/redirect",
    "/nowhere",
    "/signin?returnTo=//evil.example",
    "/frontchannel-logout?iss=junk&sid=junk",
  ])("is no alarm for a junk request: %s", async (path) => {
    const visitor = new HttpBrowser(actors.url);
    expect(await maxLevel(() => visitor.get(path))).toBeLessThan(50);
  });

  it("is no alarm for a junk code in a sign-in that somebody began", async () => {
    const visitor = new HttpBrowser(actors.url);
    const { location = "" } = await visitor.get("/signin");
    const state = new URL(location).searchParams.get("state") ?? "";
    const malformed = tokenError(9002313, "invalid_request");
    actors.authority.nextTokenAnswers.push(malformed);
    const junk = `/redirect?code=junk&state=${state}`;
    expect(await maxLevel(() => visitor.get(junk))).toBeLessThan(50);
  });

  it("is a warning for an ID token that does not verify", async () => {
    const { browser, back } = await beginSignIn(actors);
    actors.authority.misissue.idToken = { nonce: "another" };
    expect(await maxLevel(() => browser.get(back))).toBe(40);
  });

  it("is a warning for an authority that is down", async () => {
    const { browser, back } = await beginSignIn(actors);
    actors.authority.keysAnswer = { status: 503 };
    await actors.authority.rotateKey();
    expect(await maxLevel(() => browser.get(back))).toBe(40);
  });

  it("is an error for a client that the authority refuses", async () => {
    const { browser, back } = await beginSignIn(actors);
    actors.authority.nextTokenAnswers.push(tokenError(7000222, "invalid_client"));
    expect(await maxLevel(() => browser.get(back))).toBe(50);
  });
});
