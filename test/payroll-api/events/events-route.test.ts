import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { makePerson } from "../../support/authority-tokens.js";
import { changedAt, eventClaims, pushEvent, revokedAt, signEvent } from "./event-fixture.js";
import { nowSeconds, readChallenge, startPayrollApiFixture } from "../payroll-api-fixture.js";
import type { PayrollApiFixture } from "../payroll-api-fixture.js";

const HOME = "203.0.113.7";

describe("POST /events", () => {
  let fixture: PayrollApiFixture;

  beforeAll(async () => {
    fixture = await startPayrollApiFixture();
    return fixture.close;
  });

  beforeEach(() => {
    fixture.authority.person = makePerson("Ada");
    fixture.clock.aheadSeconds = 0;
  });

  async function push(claims: Readonly<Record<string, unknown>>): Promise<Response> {
    return pushEvent(fixture, await signEvent(fixture, claims));
  }

  it("acknowledges a session-revoked event with 202 and no body", async () => {
    const response = await push(eventClaims(fixture, revokedAt(nowSeconds())));
    expect(response.status).toBe(202);
    expect(await response.text()).toBe("");
  });

  it("makes the API challenge tokens from before the revocation, and no others", async () => {
    const at = nowSeconds() + 1;
    await push(eventClaims(fixture, revokedAt(at)));
    const old = await fixture.getPayslips({ iat: at - 1 });
    expect(old.status).toBe(401);
    expect(readChallenge(old).header).toContain('error="insufficient_claims"');
    expect(readChallenge(old).claims).toEqual({
      access_token: {
        nbf: { essential: true, value: String(at) },
        // What the route demands besides: the client has one round to get all of it.
        acrs: { essential: true, value: "c1" },
      },
    });
    expect((await fixture.getPayslips({ iat: at })).status).toBe(200);
    fixture.authority.person = makePerson("Ben");
    expect((await fixture.getPayslips({ iat: at - 1 })).status).toBe(200);
  });

  it("refuses revoked tokens of a client without cp1 as invalid", async () => {
    const at = nowSeconds() + 1;
    await push(eventClaims(fixture, revokedAt(at)));
    const response = await fixture.getPayslips({ iat: at - 1, xms_cc: undefined });
    expect(response.status).toBe(401);
    expect(readChallenge(response).header).toContain('error="invalid_token"');
  });

  it("challenges for the revocation before the scope and the context", async () => {
    const at = nowSeconds() + 1;
    await push(eventClaims(fixture, revokedAt(at)));
    const response = await fixture.getPayslips({ iat: at - 1, acrs: [], scp: "" });
    expect(readChallenge(response).claims).toHaveProperty("access_token.nbf");
  });

  it("keeps the later of two revocations that arrive in the wrong order", async () => {
    const at = nowSeconds() + 1;
    await push(eventClaims(fixture, revokedAt(at)));
    await push(eventClaims(fixture, revokedAt(at - 100)));
    expect((await fixture.getPayslips({ iat: at - 1 })).status).toBe(401);
  });

  it("remembers a revocation for as long as tokens live", async () => {
    const at = nowSeconds() + 1;
    await push(eventClaims(fixture, revokedAt(at)));
    fixture.clock.aheadSeconds = 28 * 3600;
    const token = { iat: at - 1, exp: at + 28 * 3600 };
    const response = await fixture.getPayslips(token);
    expect(readChallenge(response).claims).toHaveProperty("access_token.nbf");
  });

  it("makes the API challenge tokens that name another address", async () => {
    const at = nowSeconds();
    await push(eventClaims(fixture, changedAt(at, { ipaddr: HOME })));
    const elsewhere = await fixture.getPayslips({ ipaddr: "198.51.100.4" });
    expect(elsewhere.status).toBe(401);
    expect(readChallenge(elsewhere).claims).toEqual({
      access_token: {
        nbf: { essential: true, value: String(at) },
        xms_rp_ipaddr: { value: HOME },
        acrs: { essential: true, value: "c1" },
      },
    });
    expect((await fixture.getPayslips({ ipaddr: HOME })).status).toBe(200);
  });

  it("judges a token that names no address by its age", async () => {
    const at = nowSeconds();
    await push(eventClaims(fixture, changedAt(at, { ipaddr: HOME })));
    expect((await fixture.getPayslips({ iat: at - 1 })).status).toBe(401);
    expect((await fixture.getPayslips({ iat: at })).status).toBe(200);
  });

  it("takes the person's last address when they moved twice", async () => {
    const at = nowSeconds();
    await push(eventClaims(fixture, changedAt(at, { ipaddr: "2001:db8::1" })));
    await push(eventClaims(fixture, changedAt(at - 5, { ipaddr: HOME })));
    expect((await fixture.getPayslips({ ipaddr: "2001:db8::1" })).status).toBe(200);
    expect((await fixture.getPayslips({ ipaddr: HOME })).status).toBe(401);
  });

  it("acknowledges a repeated token without obeying it again", async () => {
    const at = nowSeconds();
    const first = eventClaims(fixture, changedAt(at, { ipaddr: HOME }));
    await push(first);
    await push(eventClaims(fixture, changedAt(at, { ipaddr: "198.51.100.4" })));
    expect((await push(first)).status).toBe(202);
    expect((await fixture.getPayslips({ ipaddr: "198.51.100.4" })).status).toBe(200);
  });

  it("accepts events that it does not know, and does nothing", async () => {
    const at = nowSeconds();
    const unknown = { "https://schemas.example/other": { event_timestamp: at } };
    const otherClaim = changedAt(at, { groups: ["g"] });
    expect((await push(eventClaims(fixture, unknown))).status).toBe(202);
    expect((await push(eventClaims(fixture, otherClaim))).status).toBe(202);
    expect((await fixture.getPayslips()).status).toBe(200);
  });
});
