import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Deviation } from "../../support/authority-keys.js";
import { makePerson } from "../../support/authority-tokens.js";
import { changedAt, eventClaims, pushEvent, revokedAt, signEvent } from "./event-fixture.js";
import { nowSeconds, PAYSLIPS_TOKEN, startPayrollApiFixture } from "../payroll-api-fixture.js";
import type { PayrollApiFixture } from "../payroll-api-fixture.js";

describe("a pushed security event", () => {
  let fixture: PayrollApiFixture;

  beforeAll(async () => {
    fixture = await startPayrollApiFixture();
    return fixture.close;
  });

  beforeEach(() => {
    fixture.authority.person = makePerson("Ada");
    fixture.clock.aheadSeconds = 0;
  });

  it.each<[string, { claims?: Record<string, unknown>; deviation?: Deviation; err: string }]>([
    [
      "is of another issuer",
      { claims: { iss: "https://attacker.example" }, err: "invalid_issuer" },
    ],
    ["is for another audience", { claims: { aud: "api://other" }, err: "invalid_audience" }],
    [
      "is signed by a stranger",
      { deviation: { signedBy: "stranger" }, err: "authentication_failed" },
    ],
    [
      "is signed by an unknown key",
      { deviation: { header: { kid: "unknown" } }, err: "invalid_key" },
    ],
    ["is unsigned", { deviation: { signedBy: "none" }, err: "invalid_request" }],
    [
      "is signed with a secret",
      { deviation: { signedBy: "public-key-as-secret" }, err: "invalid_request" },
    ],
    [
      "is typed as an access token",
      { deviation: { header: { typ: "JWT" } }, err: "invalid_request" },
    ],
    ["has no type", { deviation: { header: { typ: undefined } }, err: "invalid_request" }],
    ["is old", { claims: { iat: nowSeconds() - 400 }, err: "invalid_request" }],
    ["is ahead of time", { claims: { iat: nowSeconds() + 400 }, err: "invalid_request" }],
    ["has no id", { claims: { jti: undefined }, err: "invalid_request" }],
    ["has no subject", { claims: { sub_id: undefined }, err: "invalid_request" }],
    [
      "has a subject of another issuer",
      {
        claims: { sub_id: { format: "iss_sub", iss: "https://other.example", sub: "a" } },
        err: "invalid_request",
      },
    ],
    ["has no events", { claims: { events: undefined }, err: "invalid_request" }],
    ["has an event without a time", { claims: { events: revokedAt(NaN) }, err: "invalid_request" }],
    [
      "reports of the future",
      { claims: { events: revokedAt(nowSeconds() + 4000) }, err: "invalid_request" },
    ],
    [
      "gives an address that is none",
      { claims: { events: changedAt(nowSeconds(), { ipaddr: '"><b>' }) }, err: "invalid_request" },
    ],
  ])("is refused, and not obeyed, when the token %s", async (_what, { claims, deviation, err }) => {
    const good = eventClaims(fixture, revokedAt(nowSeconds() + 1));
    const token = await signEvent(fixture, { ...good, ...claims }, deviation);
    const response = await pushEvent(fixture, token);
    expect(response.status).toBe(400);
    expect(response.headers.get("Content-Type")).toContain("application/json");
    expect(await response.json()).toMatchObject({ err });
    expect((await fixture.getPayslips()).status).toBe(200);
  });

  it("is refused when the body is no token, is too large, or of another type", async () => {
    const token = await signEvent(fixture, eventClaims(fixture, revokedAt(nowSeconds())));
    const responses = await Promise.all([
      pushEvent(fixture, ""),
      pushEvent(fixture, "not a token"),
      pushEvent(fixture, "a".repeat(20_000)),
      pushEvent(fixture, token, "application/json"),
      pushEvent(fixture, token, "text/plain"),
    ]);
    for (const response of responses) {
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ err: "invalid_request" });
    }
  });

  it("does not take an access token for an event", async () => {
    const token = await fixture.authority.mintAccessToken(PAYSLIPS_TOKEN);
    expect((await pushEvent(fixture, token)).status).toBe(400);
  });
});

describe("POST /events while the authority is down", () => {
  it("asks the sender to try again later", async () => {
    const fixture = await startPayrollApiFixture({
      fetch: () => Promise.reject(new TypeError("fetch failed")),
    });
    const response = await pushEvent(fixture, "a.b.c");
    expect(response.status).toBe(503);
    expect(response.headers.get("Retry-After")).not.toBeNull();
    await fixture.close();
  });
});
