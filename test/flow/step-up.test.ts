import { describe, expect, it } from "vitest";
import { useActors } from "../support/actors.js";
import { setUpForAll } from "../support/set-up.js";

describe("an interactive step-up", () => {
  const actors = useActors();
  const ada = setUpForAll(() => actors.signIn("Ada"));

  it("makes one API call and no other when the token is cached", async () => {
    await ada.open("/profile");
    actors.forgetReceived();
    const profile = await ada.open("/profile");
    expect(profile.status).toBe(200);
    expect(actors.sandboxReceived.map(({ path }) => path)).toEqual(["/v1.0/me"]);
  });

  it("sends the same claims to authorize and to redeem, and asks nothing twice", async () => {
    // The first call has no token for this API yet and is challenged; the person goes no further.
    await ada.get("/payslips");
    actors.forgetReceived();
    const payslips = await ada.open("/payslips");
    expect(payslips.status).toBe(200);
    expect(payslips.body).toContain("October 2026");
    expect(actors.payrollReceived).toEqual(["GET /payslips", "GET /payslips"]);
    const [silent, redemption, ...otherTokens] = actors.receivedAt("/token");
    expect(silent?.get("grant_type")).toBe("refresh_token");
    expect(redemption?.get("grant_type")).toBe("authorization_code");
    expect(otherTokens).toEqual([]);
    const authorization = actors.receivedAt("/authorize")[0];
    const sent: unknown = JSON.parse(authorization?.get("claims") ?? "");
    expect(sent).toMatchObject({ access_token: { acrs: { essential: true, value: "c1" } } });
    expect(JSON.parse(redemption?.get("claims") ?? "")).toEqual(sent);
    const metadataRequests = actors.sandboxReceived.filter(({ path }) =>
      /openid-configuration|discovery/.test(path),
    );
    expect(metadataRequests).toEqual([]);
  });

  it("is not asked for again", async () => {
    actors.forgetReceived();
    expect((await ada.get("/payslips")).status).toBe(200);
    expect(actors.payrollReceived).toEqual(["GET /payslips"]);
    expect(actors.sandboxReceived).toEqual([]);
  });
});
