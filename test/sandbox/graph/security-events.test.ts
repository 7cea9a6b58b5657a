import { describe, expect, it } from "vitest";
import { SECURITY_EVENT_TYP, SESSION_REVOKED } from "../../../src/sandbox/events/security-event.js";
import { createSecurityEvents } from "../../../src/sandbox/graph/security-events.js";
import { GRAPH_AUDIENCE } from "../../../src/sandbox/registration.js";
import { createSandboxState } from "../../../src/sandbox/sandbox-state.js";
import { createSigningKeys } from "../../../src/sandbox/token/signing-keys.js";

const state = createSandboxState({
  url: "http://127.0.0.1:1",
  clients: new Map(),
  receivers: [],
  keys: await createSigningKeys(Date.now),
  now: Date.now,
});

function eventClaims(changes: Readonly<Record<string, unknown>> = {}) {
  return {
    iss: state.issuer,
    aud: GRAPH_AUDIENCE,
    iat: Math.floor(Date.now() / 1000),
    jti: crypto.randomUUID(),
    sub_id: { format: "iss_sub", iss: state.issuer, sub: "somebody" },
    events: { [SESSION_REVOKED]: { event_timestamp: 100 } },
    ...changes,
  };
}

describe("Graph's receiver of security events", () => {
  it("accepts an event that the authority signed", async () => {
    const events = createSecurityEvents(state);
    const token = await state.keys.sign(eventClaims(), { typ: SECURITY_EVENT_TYP });
    expect(await events.receive(token)).toBeUndefined();
    expect(events.eventsOf("somebody")).toEqual({ revokedAt: 100 });
  });

  it("keeps the later of two events, whichever comes last", async () => {
    const events = createSecurityEvents(state);
    for (const event_timestamp of [100, 200, 150]) {
      const claims = eventClaims({ events: { [SESSION_REVOKED]: { event_timestamp } } });
      await events.receive(await state.keys.sign(claims, { typ: SECURITY_EVENT_TYP }));
    }
    expect(events.eventsOf("somebody")).toEqual({ revokedAt: 200 });
  });

  it("acknowledges a repeated event without an effect", async () => {
    const events = createSecurityEvents(state);
    const claims = eventClaims();
    const changed = { ...claims, events: { [SESSION_REVOKED]: { event_timestamp: 999 } } };
    await events.receive(await state.keys.sign(claims, { typ: SECURITY_EVENT_TYP }));
    const repeated = await state.keys.sign(changed, { typ: SECURITY_EVENT_TYP });
    expect(await events.receive(repeated)).toBeUndefined();
    expect(events.eventsOf("somebody")).toEqual({ revokedAt: 100 });
  });

  const refusals: readonly (readonly [string, Readonly<Record<string, unknown>>, string])[] = [
    ["it is meant for another API", { aud: "payroll" }, "authentication_failed"],
    ["another issuer sent it", { iss: "https://other.example" }, "authentication_failed"],
    ["it is older than five minutes", { iat: 1_700_000_000 }, "invalid_request"],
    ["it has no id", { jti: "" }, "invalid_request"],
    ["it names nobody", { sub_id: null }, "invalid_request"],
    [
      "its subject is of another issuer",
      { sub_id: { format: "iss_sub", iss: "https://other.example", sub: "somebody" } },
      "invalid_issuer",
    ],
  ];
  it.each(refusals)("refuses an event when %s", async (...[, changes, err]) => {
    const events = createSecurityEvents(state);
    const token = await state.keys.sign(eventClaims(changes), { typ: SECURITY_EVENT_TYP });
    expect(await events.receive(token)).toBe(err);
    expect(events.eventsOf("somebody")).toEqual({});
  });

  it("refuses an access token that is sent as an event", async () => {
    const events = createSecurityEvents(state);
    expect(await events.receive(await state.keys.sign(eventClaims(), { typ: "JWT" }))).toBe(
      "authentication_failed",
    );
  });

  it("refuses an event that another key signed", async () => {
    const events = createSecurityEvents(state);
    const other = await createSigningKeys(Date.now);
    expect(await events.receive(await other.sign(eventClaims(), { typ: SECURITY_EVENT_TYP }))).toBe(
      "authentication_failed",
    );
  });
});
