import { json, type Request, type Response, Router } from "express";
import { z } from "zod";
import { RequestError } from "../../errors.js";
import type { PersonState } from "../directory/people.js";
import { faultSchema, setFault } from "../faults.js";
import { formOf } from "../request-parameters.js";
import type { SandboxState } from "../sandbox-state.js";
import { describeState } from "./describe-state.js";
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
  router.get("/", ownHost, (_request, response) => {
    const page = { title: "Sandbox controls", ...describeState(state) };
    response.set("Cache-Control", "no-store").render("control", page);
  });
  router.get("/control/state", (_request, response) => {
    response.set("Cache-Control", "no-store").json(describeState(state));
  });
  router.post("/control/people/:person", async (request, response) => {
    const switches = readBody(request, personSwitchesSchema);
    for (const person of readPeople(state, request)) await setPerson(options, person, switches);
    respond(state, request, response);
  });
  router.post("/control/people/:person/revoke-sessions", async (request, response) => {
    const revocation = readBody(request, revocationSchema);
    for (const person of readPeople(state, request)) {
      await revokeSessions(options, person, revocation);
    }
    respond(state, request, response);
  });
  router.post("/control/people/:person/age-sign-in", async (request, response) => {
    const age = readBody(request, ageSchema);
    for (const person of readPeople(state, request)) await ageSignIn(options, person, age);
    respond(state, request, response);
  });
  router.post("/control/faults", (request, response) => {
    setFault(state.faults, readBody(request, faultSchema));
    respond(state, request, response);
  });
  router.post("/control/rotate-keys", async (request, response) => {
    readBody(request, z.strictObject({}));
    await state.keys.rotate();
    respond(state, request, response);
  });
  router.post("/control/reset", async (request, response) => {
    await resetEverything(options);
    respond(state, request, response);
  });
  return router;
}

/** The field of a form that names the part of the page to return to. */
const ANCHOR = "anchor";

/**
 * @throws {@link RequestError} when the body does not fit the switch.
 */
function readBody<Schema extends z.ZodType>(request: Request, schema: Schema): z.infer<Schema> {
  const form = formOf(request);
  form.delete(ANCHOR);
  const read = schema.safeParse(isJson(request) ? request.body : Object.fromEntries(form));
  if (read.success) return read.data;
  const paths = read.error.issues.map(({ path }) => path.join(".") || "the body");
  throw new RequestError("ERR_BAD_REQUEST", `Not valid for this switch: ${paths.join(", ")}.`);
}

/**
 * @throws {@link RequestError} when nobody has the key in the path.
 */
function readPeople({ directory }: SandboxState, request: Request): readonly PersonState[] {
  const key = String(request.params["person"]);
  if (key === "everybody") return [...directory.values()];
  const person = directory.get(key);
  if (person === undefined) throw new RequestError("ERR_NOT_FOUND", "Nobody has that key.");
  return [person];
}

function respond(state: SandboxState, request: Request, response: Response): void {
  if (isJson(request)) {
    response.json(describeState(state));
    return;
  }
  const anchor = formOf(request).get(ANCHOR) ?? "";
  response.redirect(303, /^[a-z-]{1,64}$/.test(anchor) ? `/#${anchor}` : "/");
}

function isJson(request: Request): boolean {
  return request.is("application/json") === "application/json";
}
