import { beforeAll, describe, expect, it } from "vitest";
import { useActors } from "../support/actors.js";

describe("the log", () => {
  const actors = useActors({ settings: { LOG_LEVEL: "trace" } });

  beforeAll(async () => {
    const ada = await actors.signIn("Ada");
    await ada.open("/payslips");
    await ada.open("/payslips?returnTo=a-query-that-is-not-logged");
    await ada.get("/redirect?code=a-code-that-is-not-logged&state=a-state-that-is-not-logged");
    await ada.follow(await ada.post("/bank-account", { iban: "DE89370400440532013000" }));
    await ada.post("/signout");
  });

  it("says what was asked and what came of it", () => {
    const log = actors.logLines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(log).toContainEqual(expect.objectContaining({ path: "/payslips", status: 200 }));
    expect(log).toContainEqual(
      expect.objectContaining({ api: "/payslips", outcome: "step-up-required" }),
    );
  });

  it("holds no code, token, claim, secret, cookie or input", () => {
    const log = actors.logLines.join("\n");
    const names = ["code", "code_verifier", "refresh_token", "client_secret", "state", "nonce"];
    const sent = actors.sandboxReceived.flatMap(({ parameters }) =>
      names.map((name) => parameters.get(name)).filter((value) => value !== null),
    );
    expect(sent.length).toBeGreaterThan(10);
    for (const secret of sent) expect(log).not.toContain(secret);
    expect(log).not.toMatch(/eyJ|acrs|is-not-logged|DE8937/);
  });
});
