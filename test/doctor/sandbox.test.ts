import { describe, expect, it } from "vitest";
import { useActors } from "../support/actors.js";
import { settingsFor } from "../support/web-app.js";
import { briefly, problemsOf, RANDOM_SECRET } from "./examine.js";

describe("the doctor at the sandbox", () => {
  const actors = useActors();

  async function check(settings: Readonly<Record<string, string>> = {}) {
    const fitting = settingsFor(actors.surroundings);
    const own = { BASE_URL: actors.url, SESSION_SECRET: RANDOM_SECRET };
    return problemsOf({ ...fitting, ...own, ...settings });
  }

  it("finds nothing wrong with the settings of the demo", async () => {
    expect(await check()).toEqual([]);
  });

  it("finds a redirect URI that is not registered", async () => {
    const found = await check({ REDIRECT_URI: `${actors.url}/callback` });
    expect(briefly(found)).toEqual(["wrong redirect URI"]);
    expect(found[0]?.text).toContain("AADSTS50011");
    expect(found[0]?.text).toContain(`${actors.url}/callback`);
  });

  it("finds a client that does not exist, at both endpoints", async () => {
    const found = await check({ CLIENT_ID: "6c1e0000-1111-4222-8333-944455556666" });
    expect(briefly(found)).toEqual(["wrong client", "wrong redirect URI"]);
    for (const { text } of found) expect(text).toContain("AADSTS700016");
  });

  it("finds a wrong secret and does not print it", async () => {
    const found = await check({ CLIENT_SECRET: "hunter2hunter2" });
    expect(briefly(found)).toEqual(["wrong client"]);
    expect(found[0]?.text).toContain("AADSTS7000215");
    expect(JSON.stringify(found)).not.toContain("hunter2");
  });

  it("finds the id of a secret in place of its value", async () => {
    const found = await check({ CLIENT_SECRET: "6c1e0000-1111-4222-8333-944455556666" });
    expect(briefly(found)).toEqual(["wrong client secret", "wrong client"]);
  });

  it("leaves nobody signed in and issues nothing for a person", async () => {
    actors.forgetReceived();
    await check();
    const posted = actors.sandboxReceived.filter(({ method }) => method === "POST");
    expect(posted.map(({ parameters }) => parameters.get("grant_type"))).toEqual([
      "client_credentials",
    ]);
    const [authorization] = actors.receivedAt("/authorize");
    expect(authorization?.get("prompt")).toBe("none");
  });
});
