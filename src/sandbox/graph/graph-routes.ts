import { randomUUID } from "node:crypto";
import { type Response, Router, text } from "express";
import type { SandboxState } from "../sandbox-state.js";
import { SECURITY_EVENT_TYP } from "../events/security-event.js";
import { meetFault } from "../meet-fault.js";
import type { Person } from "../people.js";
import { GRAPH_AUDIENCE } from "../registration.js";
import { callersRequestId } from "../request-parameters.js";
import { challengeFor, type ClaimsChallenge } from "./continuous-access.js";
import { createSecurityEvents } from "./security-events.js";
import { verifyAccessToken } from "./verify-access-token.js";

/** Where Graph takes security event tokens. */
export const GRAPH_EVENTS_PATH = "/graph/events";

const MAX_EVENT = "16kb";
const CHALLENGE_TEXT =
  "Continuous access evaluation resulted in challenge with result: InteractionRequired and code: TokenIssuedBeforeRevocationTimestamp";

/** The part of Microsoft Graph that the sandbox imitates: `GET /v1.0/me`, and what CAE needs. */
export function createGraphRoutes(state: SandboxState): Router {
  const events = createSecurityEvents(state);
  const router = Router();
  router.post(
    GRAPH_EVENTS_PATH,
    text({ type: `application/${SECURITY_EVENT_TYP}`, limit: MAX_EVENT }),
    async (request, response) => {
      const err = await events.receive(typeof request.body === "string" ? request.body : "");
      if (err === undefined) response.status(202).end();
      else response.status(400).json({ err, description: "The event was not believed." });
    },
  );
  router.get("/v1.0/me", meetFault(state.faults, "graph"), async (request, response) => {
    const verdict = await verifyAccessToken(state, request.get("authorization"));
    const requestId = callersRequestId(request) ?? randomUUID();
    response.set({ "Cache-Control": "no-store", "request-id": requestId });
    if (verdict.kind === "invalid") {
      refuseToken(response, verdict.reason, challengeHeader(state));
      return;
    }
    const { token } = verdict;
    // Only clients that say so can answer a challenge; to others the token is good until it expires.
    const claims = token.answersChallenges
      ? challengeFor(token, events.toldOf(token.person.person.objectId))
      : undefined;
    if (claims !== undefined) {
      refuseToken(response, CHALLENGE_TEXT, challengeHeader(state, claims));
      return;
    }
    if (!token.scopes.includes("User.Read")) {
      const message = "Insufficient privileges to complete the operation.";
      sendError(response.status(403), { code: "Authorization_RequestDenied", message });
      return;
    }
    response.json(describePerson(state, token.person.person));
  });
  return router;
}

/** The header in Graph's own form and order. */
function challengeHeader({ url }: SandboxState, claims?: ClaimsChallenge): string {
  const plain = `Bearer realm="", authorization_uri="${url}/common/oauth2/authorize", client_id="${GRAPH_AUDIENCE}"`;
  if (claims === undefined) return plain;
  const encoded = Buffer.from(JSON.stringify(claims)).toString("base64");
  return `${plain}, error="insufficient_claims", claims="${encoded}"`;
}

function refuseToken(response: Response, message: string, challenge: string): void {
  response.status(401).set("WWW-Authenticate", challenge);
  sendError(response, { code: "InvalidAuthenticationToken", message });
}

function sendError(response: Response, error: { code: string; message: string }): void {
  const requestId = response.get("request-id");
  response.json({
    error: {
      ...error,
      innerError: {
        date: new Date().toISOString().slice(0, 19),
        "request-id": requestId,
        "client-request-id": requestId,
      },
    },
  });
}

function describePerson({ url }: SandboxState, person: Person) {
  return {
    "@odata.context": `${url}/v1.0/$metadata#users/$entity`,
    businessPhones: [],
    displayName: person.displayName,
    givenName: person.givenName,
    jobTitle: person.jobTitle,
    mail: person.username,
    mobilePhone: null,
    officeLocation: null,
    preferredLanguage: null,
    surname: person.surname,
    userPrincipalName: person.username,
    id: person.objectId,
  };
}
