import { randomUUID } from "node:crypto";
import { type RequestHandler, type Response, Router, text } from "express";
import { type Person, principalNameOf } from "../directory/people.js";
import { SECURITY_EVENT_TYP } from "../events/security-event.js";
import { injectFault } from "../faults.js";
import { GRAPH_AUDIENCE } from "../registration.js";
import { callersRequestId } from "../request-parameters.js";
import type { SandboxState } from "../sandbox-state.js";
import { pairwiseSubject } from "../token/tokens.js";
import { challengeFor, type ClaimsChallenge } from "./continuous-access.js";
import { createSecurityEvents, type SecurityEvents } from "./security-events.js";
import { type GraphToken, verifyAccessToken } from "./verify-access-token.js";

/** Where Graph receives security event tokens. */
export const GRAPH_EVENTS_PATH = "/graph/events";

/** The UserInfo endpoint, which Entra has at Graph. */
export const USERINFO_PATH = "/oidc/userinfo";

const MAX_EVENT = "16kb";
const CHALLENGE_TEXT =
  "Continuous access evaluation resulted in challenge with result: InteractionRequired and code: TokenIssuedBeforeRevocationTimestamp";

/**
 * Creates the part of Microsoft Graph that the sandbox imitates: `GET /v1.0/me`, the UserInfo endpoint
 * of OpenID Connect, and Graph's receiver of events.
 */
export function createGraphRoutes(state: SandboxState): Router {
  const events = createSecurityEvents(state);
  const router = Router();
  const readEvent = text({ type: `application/${SECURITY_EVENT_TYP}`, limit: MAX_EVENT });
  router.post(GRAPH_EVENTS_PATH, readEvent, async (request, response) => {
    const err = await events.receive(typeof request.body === "string" ? request.body : "");
    if (err === undefined) response.status(202).end();
    else response.status(400).json({ err, description: "The event could not be verified." });
  });
  const fault = injectFault(state.faults, "graph");
  const me = withToken(state, events, showMe);
  router.get("/v1.0/me", fault, me);
  const userInfo = withToken(state, events, showUserInfo);
  router.route(USERINFO_PATH).get(fault, userInfo).post(fault, userInfo);
  return router;
}

/** Responds to a request whose token is valid. */
type TokenHandler = (token: GraphToken, response: Response, state: SandboxState) => void;

function withToken(
  state: SandboxState,
  events: SecurityEvents,
  handle: TokenHandler,
): RequestHandler {
  return async (request, response) => {
    const verdict = await verifyAccessToken(state, request.get("authorization"));
    const requestId = callersRequestId(request) ?? randomUUID();
    response.set({ "Cache-Control": "no-store", "request-id": requestId });
    if (verdict.kind === "invalid") {
      refuseToken(response, verdict.reason, challengeHeader(state));
      return;
    }
    const claims = challengeFor(verdict, events.eventsOf(verdict.person.objectId));
    // For a client that does not handle challenges the token is valid until it expires.
    if (claims !== undefined && verdict.handlesChallenges) {
      refuseToken(response, CHALLENGE_TEXT, challengeHeader(state, claims));
      return;
    }
    handle(verdict, response, state);
  };
}

function showMe({ person, scopes }: GraphToken, response: Response, state: SandboxState): void {
  if (!scopes.includes("User.Read")) {
    const message = "Insufficient privileges to complete the operation.";
    sendError(response.status(403), { code: "Authorization_RequestDenied", message });
    return;
  }
  response.json(describePerson(state, person));
}

/**
 * Responds as UserInfo.
 *
 * @see {@link https://openid.net/specs/openid-connect-core-1_0.html#UserInfo | UserInfo}
 */
function showUserInfo(token: GraphToken, response: Response, state: SandboxState): void {
  const { person, scopes, clientId } = token;
  if (!scopes.includes("openid")) {
    refuseToken(response, "The scope openid is needed.", challengeHeader(state));
    return;
  }
  const { displayName, givenName, surname, username } = person;
  response.json({
    // The same as in the ID token, to which clients compare it.
    sub: pairwiseSubject(person.objectId, clientId),
    ...(scopes.includes("profile") && {
      name: displayName,
      given_name: givenName,
      family_name: surname,
    }),
    ...(scopes.includes("email") && { email: username }),
  });
}

/** Returns the header in Graph's own form and order. */
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

function sendError(
  response: Response,
  error: { readonly code: string; readonly message: string },
): void {
  const requestId = response.get("request-id");
  const date = new Date().toISOString().slice(0, 19);
  const innerError = { date, "request-id": requestId, "client-request-id": requestId };
  response.json({ error: { ...error, innerError } });
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
    userPrincipalName: principalNameOf(person),
    id: person.objectId,
  };
}
