import { describe, expect, it } from "vitest";
import { setUpForEach } from "../../support/set-up.js";
import { browse, press } from "../drive-pages.js";
import { type HtmlPage, readPage } from "../html-page.js";
import { refresh, signIn, startTestSandbox, turn } from "../test-client.js";

const WEB_APP = "http://localhost:3000";

const sandbox = setUpForEach(() =>
  startTestSandbox({
    clients: [
      { clientId: "other", clientSecret: "s", redirectUris: ["https://app.example/callback"] },
    ],
  }),
);

interface Link {
  readonly person?: string;
  readonly do: string;
  readonly to?: string;
  readonly returnTo?: string;
}

async function open(link: Link): Promise<HtmlPage> {
  const query = new URLSearchParams({ person: "cleo@sandbox.example", ...link });
  return readPage(await (await fetch(`${sandbox.url}/?${query.toString()}`)).text());
}

/** Presses the button of the linked switch; returns where it leads to. */
async function pressLinked(link: Link, button: string): Promise<string | null> {
  const { url, form } = press(await open(link), button);
  const response = await browse({ url: sandbox.url + url, form }, new Map());
  expect(response.status).toBe(303);
  return response.headers.get("location");
}

async function stateOf(key: string): Promise<Record<string, unknown> | undefined> {
  const response = await fetch(`${sandbox.url}/control/state`);
  const { people } = (await response.json()) as { people: Record<string, unknown>[] };
  return people.find((person) => person["key"] === key);
}

describe("a link to a switch", () => {
  it("offers one button, which sets the switch and goes back to the page that failed", async () => {
    const returnTo = `${WEB_APP}/tax-forms?year=2025`;
    const to = await pressLinked(
      { do: "deviceCompliant", returnTo },
      "Make the device compliant and try again",
    );
    expect(to).toBe(returnTo);
    expect(await stateOf("cleo")).toMatchObject({ deviceCompliant: true });
  });

  it("changes nothing by itself", async () => {
    await open({ do: "deviceCompliant", returnTo: WEB_APP });
    expect(await stateOf("cleo")).toMatchObject({ deviceCompliant: false });
  });

  it("names the position of a switch that is already so, and leaves it there", async () => {
    await turn(sandbox, "people/cleo", { deviceCompliant: true });
    expect((await open({ do: "deviceCompliant" })).text).toContain("Now: device managed.");
    await pressLinked({ do: "deviceCompliant" }, "Make the device compliant");
    expect(await stateOf("cleo")).toMatchObject({ deviceCompliant: true });
  });

  it.each([
    ["deviceCompliant", true],
    ["assigned", true],
    ["consented", true],
    ["enrolled", true],
    ["disabled", false],
    ["blocked", false],
    ["secondFactorEverywhere", false],
    ["signInFrequencyDeferred", false],
  ])("sets %s out of the way to %s unless told otherwise", async (name, value) => {
    await turn(sandbox, "people/cleo", { [name]: !value });
    const { forms } = await open({ do: name });
    await browse(
      {
        url: sandbox.url + (forms[0]?.action ?? ""),
        form: new URLSearchParams([...(forms[0]?.fields ?? [])]),
      },
      new Map(),
    );
    expect(await stateOf("cleo")).toMatchObject({ [name]: value });
  });

  it("sets the position in `to`", async () => {
    await pressLinked({ do: "network", to: "elsewhere" }, "Move to another network");
    expect(await stateOf("cleo")).toMatchObject({ network: "elsewhere" });
  });

  it("revokes sessions", async () => {
    const { refresh_token } = await signIn(sandbox, { person: "Cleo" });
    await pressLinked({ do: "revoke-sessions" }, "Revoke access tokens");
    expect((await refresh(sandbox, refresh_token)).status).toBe(200);
    await pressLinked({ do: "revoke-sessions", to: "gone" }, "Revoke all sessions");
    expect((await refresh(sandbox, refresh_token)).status).toBe(400);
  });

  it("makes an endpoint work again, for nobody in particular", async () => {
    await turn(sandbox, "faults", { endpoint: "graph", mode: "error" });
    const link = { person: "", do: "faults", to: "graph", returnTo: `${WEB_APP}/profile` };
    const to = await pressLinked(link, "Make it work: Graph and try again");
    expect(to).toBe(link.returnTo);
    expect((await fetch(`${sandbox.url}/v1.0/me`)).status).toBe(401);
  });

  it.each([`${WEB_APP}/a`, "http://localhost:8080/b", "https://app.example/c?d=e"])(
    "goes back to %s, which is on the origin of a redirect URI",
    async (returnTo) => {
      expect(await pressLinked({ do: "assigned", returnTo }, "Assign to the app and try")).toBe(
        returnTo,
      );
    },
  );

  it.each([
    "https://evil.example/",
    "https://app.example.evil.example/",
    "https://app.example:444/",
    "http://app.example/",
    "https://app.example@evil.example/",
    "//evil.example/",
    "/\\evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "http://localhost.evil.example/",
    "nonsense",
  ])("goes back to the control page and not to %s", async (returnTo) => {
    expect(await pressLinked({ do: "assigned", returnTo }, "Assign to the app")).toBe("/#cleo");
    const form = new URLSearchParams({ assigned: "true", returnTo });
    const forged = await browse({ url: `${sandbox.url}/control/people/cleo`, form }, new Map());
    expect(forged.headers.get("location")).toBe("/#cleo");
  });

  it.each([
    ["an unknown switch", { do: "admin" }],
    ["an unknown position", { do: "network", to: "moon" }],
    ["nobody's name", { do: "assigned", person: "nobody@sandbox.example" }],
    ["an unknown endpoint", { do: "faults", to: "toString" }],
  ])("says so when it names %s", async (_what, link) => {
    const page = await open(link);
    expect(page.text).toContain("This link names no switch");
    expect(page.forms[0]?.action).toBe("/control/people/ada/revoke-sessions");
  });
});
