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

  it("does not redirect to an address that is not registered", async () => {
    const url = logoutUrl({ post_logout_redirect_uri: "http://evil.example/" });
    const response = await browse({ url }, new Map());
    expect(response.status).toBe(200);
    expect(response.headers.get("location")).toBeNull();
  });
});
