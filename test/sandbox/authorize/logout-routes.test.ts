import { afterAll, describe, expect, it } from "vitest";
import { browse } from "../drive-pages.js";
import { signIn, startTestSandbox } from "../test-client.js";

const sandbox = await startTestSandbox();
afterAll(() => sandbox.close());

describe("signing out", () => {
  function logoutUrl(parameters: Readonly<Record<string, string>>): string {
    const url = new URL(`${sandbox.url}/${sandbox.tenantId}/oauth2/v2.0/logout`);
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
    return url.href;
  }

  it("ends the session of the hinted account only, and returns to a registered address", async () => {
    const { walk, idClaims } = await signIn(sandbox, { person: "Ada" });
    const { cookies } = walk;
    await signIn(sandbox, { cookies, person: "Cleo" }, { prompt: "select_account" });
    const url = logoutUrl({
      post_logout_redirect_uri: "http://localhost:3000/",
      logout_hint: String(idClaims["login_hint"]),
      state: "after",
    });
    const response = await browse({ url }, cookies);
    expect(response.headers.get("location")).toBe("http://localhost:3000/?state=after");
    const next = await signIn(sandbox, { cookies });
    expect(next.idClaims["preferred_username"]).toBe("cleo@sandbox.example");
  });

  it("works by a form as by a link, for addresses that match as redirect URIs do", async () => {
    const { walk, id_token } = await signIn(sandbox);
    const form = new URLSearchParams({
      id_token_hint: id_token,
      post_logout_redirect_uri: "http://localhost:5173",
      state: "after",
    });
    const posted = await browse({ url: logoutUrl({}), form }, walk.cookies);
    const next = new URL(posted.headers.get("location") ?? "", logoutUrl({}));
    expect(posted.status).toBe(303);
    expect(next.href).not.toContain(id_token);
    const { headers } = await browse({ url: next.href }, walk.cookies);
    expect(headers.get("location")).toBe("http://localhost:5173/?state=after");
    expect((await signIn(sandbox, { cookies: walk.cookies })).walk.pagesSeen).toEqual([
      "Pick an account",
      "Enter password",
    ]);
  });

  it("does not redirect to an address that is not registered", async () => {
    for (const address of ["http://evil.example/", "http://localhost:3000/other", ""]) {
      const url = logoutUrl({ post_logout_redirect_uri: address });
      const response = await browse({ url }, new Map());
      expect(response.status).toBe(200);
      expect(response.headers.get("location")).toBeNull();
    }
  });
});
