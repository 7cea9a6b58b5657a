import { describe, expect, it } from "vitest";
import { createMemoryStore } from "../../src/store/memory-store.js";
import { startActors, useActors } from "../support/actors.js";
import { HttpBrowser, type Visited } from "../support/http-browser.js";

/** Returns the text of the strip under a page, its lines apart. */
function stripOf({ body }: Visited): { readonly kind: string; readonly lines: readonly string[] } {
  const [, kind = "", inner = ""] =
    /<details class="strip strip-([a-z-]+)"[^>]*>(.*?)<\/details>/s.exec(body) ?? [];
  const lines = [...inner.matchAll(/<li>([^<]*)<\/li>/g)].map(([, line = ""]) => line);
  return { kind, lines };
}

describe("the strip under a page", () => {
  const store = createMemoryStore();
  const actors = useActors({ settings: { TRACE: "on" }, store });

  it("is of one action from the first call over the step-up to the data", async () => {
    const ada = await actors.signIn("Ada");
    const strip = stripOf(await ada.open("/payslips"));
    expect(strip.kind).toBe("confirmed");
    expect(strip.lines.filter((line) => /^\d/.test(line)).map((line) => line.slice(0, 30))).toEqual(
      [
        "1. Web app to Entra ID: refres",
        "2. Entra ID to web app: a toke",
        "3. Web app to API: GET /paysli",
        "4. API to web app: 401, asks f",
        "5. Web app to Entra ID: refres",
        "6. Entra ID to web app: refuse",
        "7. Browser to Entra ID: author",
        "8. Browser to web app: comes b",
        "9. Web app to Entra ID: code w",
        "10. Entra ID to web app: a tok",
        "11. Web app to API: GET /paysl",
        "12. API to web app: 200",
      ],
    );
    expect(stripOf(await ada.open("/payslips")).kind).toBe("plain");
  });

  it.each([
    { grant: "kept", kind: "renewed" },
    { grant: "gone", kind: "confirmed" },
  ])(
    "is of kind $kind when tokens are revoked and the grant is $grant",
    async ({ grant, kind }) => {
      const ada = await actors.signIn("Ada");
      await ada.open("/payslips");
      await actors.control("people/ada/revoke-sessions", { grant });
      expect(stripOf(await ada.open("/payslips")).kind).toBe(kind);
    },
  );

  it("is there for somebody who could not sign in", async () => {
    const dan = new HttpBrowser(actors.url);
    const visited = await dan.open("/signin", { person: "Dan" });
    expect(visited.status).toBe(403);
    expect(stripOf(visited).kind).toBe("refused");
  });

  it("names the refusal of a device, and a cancelled step-up", async () => {
    const cleo = await actors.signIn("Cleo");
    expect(stripOf(await cleo.open("/tax-forms")).kind).toBe("refused");
    const ada = await actors.signIn("Ada");
    const cancelled = await ada.open("/payslips", { cancelAt: "Approve the sign-in" });
    expect(stripOf(cancelled).kind).toBe("cancelled");
  });

  it("keeps the actions of tabs that load at the same time apart", async () => {
    const ada = await actors.signIn("Ada");
    await ada.open("/payslips");
    const tabs = await Promise.all(
      Array.from({ length: 5 }, (_, tab) => ada.get(`/payslips?tab=${tab}`)),
    );
    for (const tab of tabs) {
      expect(stripOf(tab).lines.at(-1)).toBe("2. API to web app: 200");
    }
  });
});

describe("the trace page", () => {
  const actors = useActors({ settings: { TRACE: "on" } });

  it.each([
    { scenario: "silent", path: "/profile", kind: "renewed" },
    { scenario: "step-up", path: "/payslips", kind: "confirmed" },
    { scenario: "refused", path: "/tax-forms", kind: "refused" },
  ])("offers $scenario to try, which presses the switch", async ({ scenario, path, kind }) => {
    await actors.control("reset", {});
    const ada = await actors.signIn("Ada");
    await ada.open("/payslips");
    await ada.post("/trace");
    expect((await ada.get("/trace")).body).toContain("Nothing yet.");
    const pressed = await ada.post("/trace/try", { scenario });
    expect(pressed.location).toBe(`${actors.url}${path}`);
    expect(stripOf(await ada.follow(pressed)).kind).toBe(kind);
  });

  it.each(["", "constructor", "nothing"])(
    "stays where it is for the scenario %j",
    async (scenario) => {
      const ada = await actors.signIn("Ada");
      expect((await ada.post("/trace/try", { scenario })).location).toBe(`${actors.url}/trace`);
    },
  );

  it("may connect to this app and to nothing else", async () => {
    const ada = await actors.signIn("Ada");
    const policy = (await ada.get("/trace")).headers.get("content-security-policy");
    expect(policy?.split(";")).toContain("connect-src 'self'");
  });

  it("keeps the commands for curl free of what was removed", async () => {
    const ada = await actors.signIn("Ada");
    await ada.open("/payslips");
    await ada.follow(await ada.post("/bank-account", { iban: "DE89370400440532013000" }));
    const { body } = await ada.get("/trace");
    const [command = ""] = /curl &#39;[^<]*bank-account&#39;[^<]*/.exec(body) ?? [];
    expect(command).toContain("Authorization: Bearer $TOKEN");
    expect(command).toContain("Idempotency-Key: $IDEMPOTENCY_KEY");
    expect(command).toContain("--data &#34;$BODY&#34;");
  });

  it("ends its live updates when the process ends", async () => {
    const own = await startActors({ settings: { TRACE: "on" } });
    const ada = await own.signIn("Ada");
    const cookie = [...ada.cookies].map((pair) => pair.join("=")).join("; ");
    const response = await fetch(`${own.url}/trace/events`, { headers: { cookie } });
    expect(response.headers.get("content-type")).toContain("text/event-stream");
    await own.close();
    // Before the ten seconds that requests under way may take, after which they are cut off.
    expect(await response.text()).toBe("");
  });
});

describe("an app that does not trace", () => {
  const actors = useActors();

  it("shows no strip and has no trace page", async () => {
    const ada = await actors.signIn("Ada");
    const visited = await ada.open("/payslips");
    expect(stripOf(visited)).toEqual({ kind: "", lines: [] });
    expect(visited.body).not.toContain("/trace");
    expect((await ada.get("/trace")).status).toBe(404);
  });
});
