import { randomUUID } from "node:crypto";
import { Router } from "express";
import type { Response } from "express";
import type { Authority } from "../authority.js";
import type { Person } from "../people.js";
import { GRAPH_AUDIENCE } from "../registration.js";
import { callersRequestId } from "../request-parameters.js";
import { verifyAccessToken } from "./verify-access-token.js";

/** The part of Microsoft Graph that the sandbox imitates: `GET /v1.0/me`. */
export function createGraphRoutes(authority: Authority): Router {
  const router = Router();
  router.get("/v1.0/me", async (request, response) => {
    const verdict = await verifyAccessToken(authority, request.get("authorization"));
    const requestId = callersRequestId(request) ?? randomUUID();
    response.set({ "Cache-Control": "no-store", "request-id": requestId });
    switch (verdict.kind) {
      case "invalid":
        response.status(401).set("WWW-Authenticate", plainChallenge(authority));
        sendError(response, { code: "InvalidAuthenticationToken", message: verdict.reason });
        return;
      case "insufficient-scope":
        response.status(403);
        sendError(response, {
          code: "Authorization_RequestDenied",
          message: "Insufficient privileges to complete the operation.",
        });
        return;
      case "valid":
        response.json(describePerson(authority, verdict.token.person.person));
    }
  });
  return router;
}

function plainChallenge({ url }: Authority): string {
  return `Bearer realm="", authorization_uri="${url}/common/oauth2/authorize", client_id="${GRAPH_AUDIENCE}"`;
}

function sendError(response: Response, error: { code: string; message: string }): void {
  const date = new Date().toISOString().slice(0, 19);
  const requestId = response.get("request-id");
  response.json({
    error: {
      ...error,
      innerError: { date, "request-id": requestId, "client-request-id": requestId },
    },
  });
}

function describePerson({ url }: Authority, person: Person) {
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
