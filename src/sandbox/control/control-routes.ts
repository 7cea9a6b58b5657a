import { json, type Request, type Response, Router } from "express";
import { z } from "zod";
import { RequestError } from "../../errors.js";
import type { PersonState } from "../directory/people.js";
import { faultSchema, setFault } from "../faults.js";
import { misbehaviourSchema } from "../misbehaviour/misbehaviours.js";
import { formOf, queryOf } from "../request-parameters.js";
import type { SandboxState } from "../sandbox-state.js";
import { controlPage } from "./control-page.js";
import { describeState } from "./describe-state.js";
import { describeAction, describeFault, describeSwitches, recordChange } from "./last-change.js";
import { requireOwnHost, requireOwnPage } from "./own-host.js";
import {
  ageSchema,
  ageSignIn,
  type Controlled,
  personSwitchesSchema,
  resetEverything,
  revocationSchema,
  revokeSessions,
  setPerson,
} from "./switches.js";
import { readReturnAddress } from "./switch-link.js";

/** Options of {@link createControlRoutes}. */
export interface ControlOptions extends Controlled {
  /** The sandbox's addresses, such as `http://127.0.0.1:3002`; its controls work there only. */
  readonly ownOrigins: readonly string[];
}

/**
 * Creates the control page at `/`, and the JSON API under `/control` that its forms use as well. The
 * response to a form is a 303 to the page, to JSON it is the state.
 *
 * | request | body |
 * | --- | --- |
 * | `GET /control/state` | |
 * | `POST /control/people/<person>` | any of `enrolled`, `deviceCompliant`, `assigned`, `disabled`, `blocked`, `consented`, `secondFactorEverywhere`, `signInFrequencyDeferred` (booleans), `network` (`"office"`, `"elsewhere"`) |
 * | `POST /control/people/<person>/revoke-sessions` | `{"grant":"kept"}`: refresh tokens still work; `"gone"`: they do not, and the sign-in session ends |
 * | `POST /control/people/<person>/age-sign-in` | `{"seconds":600}` |
 * | `POST /control/faults` | `{"endpoint":"authorize"\|"token"\|"keys"\|"graph"\|"payroll","mode":"none"\|"slow"\|"error"\|"throttle"\|"html"\|"hang","times":1,"delayMs":3000,"retryAfterSeconds":5}` |
 * | `POST /control/rotate-keys` | `{}`: signs with a new key; the old one stays published for two hours |
 * | `POST /control/misbehave` | `{"do":"nonce-wrong"}`, any of misbehaviours.ts, or `"none"`: for tests of clients |
 * | `POST /control/reset` | `{}` |
 *
 * `<person>` is a key (`ada`) or `everybody`. Status: 200 with the state, after the APIs have received
 * the events; 400 for a bad body; 403 for another host or site; 404 for an unknown person.
 */
export function createControlRoutes(options: ControlOptions): Router {
  const { state, ownOrigins } = options;
  const ownHost = requireOwnHost(ownOrigins.map((origin) => new URL(origin).host));
  const router = Router();
  router.use("/control", ownHost, requireOwnPage(ownOrigins), json({ limit: "16kb" }));
  router.get("/", ownHost, (request, response) => {
    const page = controlPage(state, queryOf(request));
    response.set("Cache-Control", "no-store").render("control", page);
  });
  router.get("/control/state", (_request, response) => {
    response.set("Cache-Control", "no-store").json(describeState(state));
  });
  router.post("/control/people/:person", async (request, response) => {
    const switches = readBody(request, personSwitchesSchema);
    const people = readPeople(state, request);
    for (const person of people) await setPerson(options, person, switches);
    recordChange(state, describeSwitches(people, switches));
    respond(state, request, response);
  });
  router.post("/control/people/:person/revoke-sessions", async (request, response) => {
    const revocation = readBody(request, revocationSchema);
    const people = readPeople(state, request);
    for (const person of people) await revokeSessions(options, person, revocation);
    recordChange(state, describeAction(people, "revoke-sessions", revocation.grant));
    respond(state, request, response);
  });
  router.post("/control/people/:person/age-sign-in", async (request, response) => {
    const age = readBody(request, ageSchema);
    const people = readPeople(state, request);
    for (const person of people) await ageSignIn(options, person, age);
    recordChange(state, describeAction(people, "age-sign-in", String(age.seconds)));
    respond(state, request, response);
  });
  router.post("/control/faults", (request, response) => {
    const fault = readBody(request, faultSchema);
    setFault(state.faults, fault);
    recordChange(state, describeFault(fault));
    respond(state, request, response);
  });
  router.post("/control/rotate-keys", async (request, response) => {
    readBody(request, z.strictObject({}));
    await state.keys.rotate();
    recordChange(state, KEY_ROTATED);
    respond(state, request, response);
  });
  router.post("/control/misbehave", (request, response) => {
    const { do: what } = readBody(request, misbehaviourSchema);
    state.misbehaviour = what === "none" ? undefined : what;
    respond(state, request, response);
  });
  router.post("/control/reset", async (request, response) => {
    await resetEverything(options);
    recordChange(state, RESET);
    respond(state, request, response);
  });
  return router;
}

const KEY_ROTATED = {
  section: "faults",
  text: "The signing key was rotated.",
  effect: "Next token: apps and APIs look for the new key. The old one stays published.",
};

const RESET = {
  section: "everybody",
  text: "Everybody and every endpoint were reset.",
  effect: "Next call: sign in again.",
};

/** The field of a form with the address of another page to go on to. */
const RETURN_TO = "returnTo";

/**
 * Reads the body of a switch, a form or JSON.
 *
 * @throws {@link RequestError} when the body does not fit the switch.
 */
function readBody<Schema extends z.ZodType>(request: Request, schema: Schema): z.infer<Schema> {
  const form = formOf(request);
  form.delete(RETURN_TO);
  const read = schema.safeParse(isJson(request) ? request.body : Object.fromEntries(form));
  if (read.success) return read.data;
  const paths = read.error.issues.map(({ path }) => path.join(".") || "the body");
  throw new RequestError("ERR_BAD_REQUEST", `Not valid for this switch: ${paths.join(", ")}.`);
}

/**
 * Returns whom the path names, one person or everybody.
 *
 * @throws {@link RequestError} when nobody has the key in the path.
 */
function readPeople({ directory }: SandboxState, request: Request): readonly PersonState[] {
  const key = String(request.params["person"]);
  if (key === "everybody") return [...directory.values()];
  const person = directory.get(key);
  if (person === undefined) throw new RequestError("ERR_NOT_FOUND", "Nobody has that key.");
  return [person];
}

/** Responds to JSON with the state; leads a form on to its address, else to what it changed. */
function respond(state: SandboxState, request: Request, response: Response): void {
  if (isJson(request)) {
    response.json(describeState(state));
    return;
  }
  const returnTo = readReturnAddress(state.clients, formOf(request).get(RETURN_TO));
  response.redirect(303, returnTo ?? `/#${state.changes.at(-1)?.section ?? ""}`);
}

function isJson(request: Request): boolean {
  return request.is("application/json") === "application/json";
}
