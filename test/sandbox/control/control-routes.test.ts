import { request as httpRequest } from "node:http";
import { once } from "node:events";
import { decodeJwt } from "jose";
import { afterAll, describe, expect, it } from "vitest";
import { browse, press } from "../drive-pages.js";
import { readPage } from "../html-page.js";
import {
  claimsFor,
  readTokenResponse,
  refresh,
  signIn,
  startTestSandbox,
  turn,
} from "../test-client.js";

const sandbox = await startTestSandbox({ webAppUrl: "http://localhost:3000" });
afterAll(() => sandbox.close());

function post(
  path: string,
  headers: Readonly<Record<string, string>>,
  body = "",
): Promise<Response> {
  return fetch(sandbox.url + path, { method: "POST", headers, body, redirect: "manual" });
}

/** Sends a chosen Host header, which `fetch` does not allow. */
async function statusForHost(host: string, path: string): Promise<number | undefined> {
  const request = httpRequest({ host: "127.0.0.1", port: sandbox.port, path, headers: { host } });
  request.end();
  const [response] = (await once(request, "response")) as [{ statusCode?: number; resume(): void }];
  response.resume();
  return response.statusCode;
}

describe("the control page", () => {
  it("shows each person and endpoint at an address of its own", async () => {
    const html = await (await fetch(sandbox.url)).text();
    for (const id of ["ada", "ben", "cleo", "dan", "eli", "everybody", "fault-token", "events"]) {
      expect(html).toContain(`id="${id}"`);
    }
    expect(html).toContain('href="http://localhost:3000"');
  });

  it("turns a switch by a plain form, and comes back to it", async () => {
    const page = readPage(await (await fetch(sandbox.url)).text());
    const { url, form } = press(page, "Device managed (Cleo");
    expect([...form]).toEqual([["deviceCompliant", "true"]]);
    const response = await browse({ url: sandbox.url + url, form }, new Map());
    expect(response.status).toBe(303);
    expect(response.headers.get("location")).toBe("/#cleo");
    const html = await (await fetch(sandbox.url)).text();
    expect(html).toMatch(/id="cleo" open>/);
    expect(html).toMatch(/role="status">[^<]*Cleo Lindqvist: device managed\. [^<]*tax forms/);
    expect([...press(readPage(html), "Device managed (Cleo").form]).toEqual([
      ["deviceCompliant", "false"],
    ]);
  });

  it("refuses another site's form", async () => {
    const form = { "content-type": "application/x-www-form-urlencoded" };
    const foreign = [
      { ...form, origin: "http://evil.example" },
      { ...form, origin: "null" },
      { ...form, "sec-fetch-site": "cross-site" },
      { ...form, "sec-fetch-site": "same-site" },
    ];
    for (const headers of foreign) {
      expect((await post("/control/people/ada", headers, "disabled=true")).status).toBe(403);
    }
    const own = { ...form, origin: sandbox.url, "sec-fetch-site": "same-origin" };
    expect((await post("/control/people/ada", own, "disabled=false")).status).toBe(303);
  });

  it("refuses a request for another host, as after DNS rebinding", async () => {
    for (const path of ["/", "/control/state"]) {
      expect(await statusForHost("evil.example", path)).toBe(403);
      expect(await statusForHost(new URL(sandbox.url).host, path)).toBe(200);
    }
  });

  it("refuses invalid bodies and unknown people", async () => {
    const json = { "content-type": "application/json" };
    expect((await post("/control/people/ada", json, '{"disabled":"perhaps"}')).status).toBe(400);
    expect((await post("/control/people/ada", json, '{"admin":true}')).status).toBe(400);
    expect((await post("/control/people/ada", json, "{")).status).toBe(400);
    expect((await post("/control/people/eve", json, "{}")).status).toBe(404);
    expect((await post("/control/faults", json, '{"endpoint":"x","mode":"none"}')).status).toBe(
      400,
    );
  });

  it("shows no token, code or cookie in its state", async () => {
    const { access_token, refresh_token, code, walk } = await signIn(sandbox);
    const state = await (await fetch(`${sandbox.url}/control/state`)).text();
    const page = await (await fetch(sandbox.url)).text();
    for (const secret of [access_token, refresh_token, code, ...walk.cookies.values()]) {
      expect(state).not.toContain(secret);
      expect(page).not.toContain(secret);
    }
  });
});

describe("a switch", () => {
  const cases = [
    ["the account is disabled", [{ disabled: true }, "invalid_grant", 50057, undefined]],
    [
      "the person is unassigned from the app",
      [{ assigned: false }, "invalid_grant", 50105, undefined],
    ],
    ["consent is withdrawn", [{ consented: false }, "invalid_grant", 65001, "consent_required"]],
    ["a policy blocks", [{ blocked: true }, "invalid_grant", 53003, "message_only"]],
    [
      "every token needs the second factor",
      [{ secondFactorEverywhere: true }, "interaction_required", 50076, "basic_action"],
    ],
  ] as const;
  it.each(cases)(
    "refuses a renewal when %s, and no longer after a reset",
    async (_when, [switches, error, aadsts, suberror]) => {
      const { refresh_token } = await signIn(sandbox);
      await turn(sandbox, "people/ada", switches);
      const refusal = await readTokenResponse(await refresh(sandbox, refresh_token));
      expect(refusal).toMatchObject({ error, error_codes: [aadsts] });
      expect(refusal.suberror).toBe(suberror);
      await turn(sandbox, "reset", {});
      expect((await signIn(sandbox)).access_token).toBeTruthy();
    },
  );

  it("asks for withdrawn consent, once", async () => {
    await turn(sandbox, "people/ada", { consented: false });
    const first = await signIn(sandbox);
    expect(first.walk.pagesSeen.at(-1)).toBe("Permissions requested");
    expect((await signIn(sandbox)).walk.pagesSeen).not.toContain("Permissions requested");
  });

  it("ages a sign-in by ten minutes, so that c2 requires a new one", async () => {
    const claims = claimsFor("c2");
    const { walk, refresh_token } = await signIn(sandbox, {}, { claims });
    const { people } = await turn(sandbox, "people/ada/age-sign-in", {});
    expect(people[0]?.signIns.at(-1)?.passwordSecondsAgo).toBeGreaterThanOrEqual(600);
    const silent = await readTokenResponse(await refresh(sandbox, refresh_token, { claims }));
    expect(silent.error_codes).toEqual([50078]);
    const again = await signIn(sandbox, { cookies: walk.cookies }, { claims });
    expect(again.walk.pagesSeen).toEqual(["Enter password", "Approve the sign-in"]);
  });

  it("defers the sign-in frequency of c2 to the next interactive sign-in", async () => {
    const claims = claimsFor("c2");
    const { walk, refresh_token, accessClaims } = await signIn(sandbox, {}, { claims });
    await turn(sandbox, "people/ada", { signInFrequencyDeferred: true });
    await turn(sandbox, "people/ada/age-sign-in", { seconds: 600 });
    const renewed = await readTokenResponse(await refresh(sandbox, refresh_token, { claims }));
    const { acrs, auth_time } = decodeJwt(renewed.access_token);
    expect(acrs).toContain("c2");
    expect(auth_time).toBe(Number(accessClaims["auth_time"]) - 600);
    const again = await signIn(sandbox, { cookies: walk.cookies }, { claims });
    expect(again.walk.pagesSeen).toEqual(["Enter password", "Approve the sign-in"]);
    await turn(sandbox, "reset", {});
  });

  it("works on everybody at once", async () => {
    const { people } = await turn(sandbox, "people/everybody", { blocked: true });
    expect(people.map(({ blocked }) => blocked)).toEqual([true, true, true, true, true]);
    const after = await turn(sandbox, "reset", {});
    expect(after.people.map(({ blocked }) => blocked)).toEqual([false, false, false, false, false]);
  });
});
