import { text } from "node:stream/consumers";
import { createRemoteJWKSet, jwtVerify } from "jose";
import { afterAll, describe, expect, it } from "vitest";
import { listen } from "../../support/listen.js";
import { signIn, startTestSandbox, turn } from "../test-client.js";

interface Received {
  readonly contentType: string | undefined;
  readonly body: string;
}

const received: Received[] = [];
const receiver = await listen((request, response) => {
  void text(request).then((body) => {
    received.push({ contentType: request.headers["content-type"], body });
    response.writeHead(202).end();
  });
});
const sandbox = await startTestSandbox({
  eventReceivers: [`${receiver.url}/events`, "http://127.0.0.1:9/nobody"],
});
afterAll(async () => {
  await sandbox.close();
  await receiver.close();
});

async function verifyLast() {
  const keys = createRemoteJWKSet(new URL(`${sandbox.url}/common/discovery/v2.0/keys`));
  const { payload } = await jwtVerify(received.at(-1)?.body ?? "", keys, {
    typ: "secevent+jwt",
    issuer: `${sandbox.url}/${sandbox.tenantId}/v2.0`,
    audience: sandbox.payrollAudience,
  });
  return payload;
}

describe("security events", () => {
  it("report a revocation, signed with the published key", async () => {
    const { idClaims } = await signIn(sandbox);
    await turn(sandbox, "people/ada/revoke-sessions", { grant: "kept" });
    expect(received.at(-1)?.contentType).toBe("application/secevent+jwt");
    const payload = await verifyLast();
    expect(payload["sub_id"]).toEqual({
      format: "iss_sub",
      iss: payload.iss,
      sub: idClaims["oid"],
    });
    const event = "https://schemas.openid.net/secevent/caep/event-type/session-revoked";
    expect(payload["events"]).toEqual({
      [event]: { event_timestamp: expect.any(Number) as number },
    });
    expect([payload.sub, payload.exp]).toEqual([undefined, undefined]);
  });

  it("are never newer than the access tokens issued after them", async () => {
    await turn(sandbox, "people/ada/revoke-sessions", {});
    const { people } = await turn(sandbox, "people/ada", {});
    const { accessClaims } = await signIn(sandbox);
    expect(accessClaims.iat).toBeGreaterThanOrEqual(people[0]?.tokensValidFrom ?? Infinity);
  });

  it("report a new address, once for each change of network", async () => {
    const before = received.length;
    await turn(sandbox, "people/ada", { network: "elsewhere" });
    await turn(sandbox, "people/ada", { network: "elsewhere" });
    expect(received.length).toBe(before + 1);
    const event = "https://schemas.openid.net/secevent/caep/event-type/token-claims-change";
    expect((await verifyLast())["events"]).toMatchObject({
      [event]: { claims: { ipaddr: "198.51.100.20" } },
    });
  });

  it("report a revocation when the account is disabled", async () => {
    const before = received.length;
    await turn(sandbox, "people/ben", { disabled: true });
    expect(received.length).toBe(before + 1);
  });

  it("report the initial address when everything is reset", async () => {
    await turn(sandbox, "people/ada", { network: "elsewhere" });
    const before = received.length;
    await turn(sandbox, "reset", {});
    const bodies = received.slice(before).map(({ body }) => body);
    const payloads = bodies.map((body) =>
      atob((body.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/")),
    );
    expect(payloads.some((payload) => payload.includes("203.0.113.10"))).toBe(true);
  });

  it("are shown on the control page when a receiver is unreachable", async () => {
    const { deliveries } = await turn(sandbox, "people/ada/revoke-sessions", {});
    expect(
      deliveries
        .slice(0, 3)
        .map(({ outcome }) => outcome)
        .sort(),
    ).toEqual(["accepted", "accepted", "unreachable"]);
    const page = await (await fetch(sandbox.url)).text();
    expect(page).toContain("http://127.0.0.1:9/nobody");
  });
});
