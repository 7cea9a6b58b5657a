import { json, type Request, type Response, Router } from "express";
import type { z } from "zod";
import { RequestError } from "../../errors.js";
import type { SandboxState } from "../sandbox-state.js";
import { faultSchema, setFault } from "../faults.js";
import { pageOf } from "../pages.js";
import type { PersonState } from "../people.js";
import { formOf } from "../request-parameters.js";
import { describeState } from "./describe-state.js";
import { requireOwnHost, requireOwnPage } from "./own-host.js";
import {
  ageSchema,
  ageSignIn,
  personSwitchesSchema,
  resetEverything,
  revocationSchema,
  revokeSessions,
  setPerson,
} from "./switches.js";
import type { Controlled } from "./switches.js";

/** What the control page needs. */
export interface ControlOptions extends Controlled {
  /** Where the sandbox is reached, such as `http://127.0.0.1:3002`. */
  readonly ownOrigins: readonly string[];
}

/**
 * The control page at `/`, and the JSON API under `/control` that its forms use as well. A form is
 * answered with 303 to the page, JSON with the state.
 *
 * | request | body |
 * | --- | --- |
 * | `GET /control/state` | |
 * | `POST /control/people/<person>` | any of `enrolled`, `deviceCompliant`, `assigned`, `disabled`, `blocked`, `consented`, `secondFactorEverywhere` (booleans), `network` (`"office"`, `"elsewhere"`) |
 * | `POST /control/people/<person>/revoke-sessions` | `{"grant":"kept"}`: refresh tokens still work; `"gone"`: they do not, and the sign-in session ends |
 * | `POST /control/people/<person>/age-sign-in` | `{"seconds":600}` |
 * | `POST /control/faults` | `{"endpoint":"authorize"\|"token"\|"keys"\|"graph","mode":"none"\|"slow"\|"error"\|"throttle"\|"html"\|"hang","times":1,"delayMs":3000,"retryAfterSeconds":5}` |
 * | `POST /control/reset` | `{}` |
 *
 * `<person>` is a key (`ada`) or `everybody`. Answers: 200 and the state; 400 for a bad body; 403 for
 * another host or site; 404 for an unknown person. APIs have been told when the answer comes.
 */
export function createControlRoutes(options: ControlOptions): Router {
  const { state, ownOrigins } = options;
  const ownHost = requireOwnHost(ownOrigins.map((origin) => new URL(origin).host));
  const router = Router();
  router.use("/control", ownHost, requireOwnPage(ownOrigins), json({ limit: "16kb" }));
  router.get("/", ownHost, (_request, response) => {
    response.set("Cache-Control", "no-store").render("control", {
      ...pageOf("Sandbox controls"),
      ...describeState(state),
    });
  });
  router.get("/control/state", (_request, response) => {
    response.set("Cache-Control", "no-store").json(describeState(state));
  });
  for (const [path, flip] of Object.entries(SWITCHES)) {
    router.post(path, async (request, response) => {
      await flip(options, request);
      finish(state, request, response);
    });
  }
  return router;
}

type Switch = (controlled: Controlled, request: Request) => Promise<void>;

const SWITCHES: Readonly<Record<string, Switch>> = {
  "/control/people/:person": async (controlled, request) => {
    const switches = readBody(request, personSwitchesSchema);
    for (const person of readPeople(controlled, request)) {
      await setPerson(controlled, person, switches);
    }
  },
  "/control/people/:person/revoke-sessions": async (controlled, request) => {
    const revocation = readBody(request, revocationSchema);
    for (const person of readPeople(controlled, request)) {
      await revokeSessions(controlled, person, revocation);
    }
  },
  "/control/people/:person/age-sign-in": async (controlled, request) => {
    const age = readBody(request, ageSchema);
    for (const person of readPeople(controlled, request)) {
      await ageSignIn(controlled, person, age);
    }
  },
  "/control/faults": ({ state }, request) => {
    setFault(state.faults, readBody(request, faultSchema));
    return Promise.resolve();
  },
  "/control/reset": (controlled) => resetEverything(controlled),
};

/** The name of the field that says which part of the page to come back to. */
const ANCHOR = "anchor";

/**
 * @throws {@link RequestError} when the body is not what the switch takes.
 */
function readBody<Schema extends z.ZodType>(request: Request, schema: Schema): z.infer<Schema> {
  const form = formOf(request);
  form.delete(ANCHOR);
  const read = schema.safeParse(isJson(request) ? request.body : Object.fromEntries(form));
  if (read.success) return read.data;
  const paths = read.error.issues.map(({ path }) => path.join(".") || "the body");
  throw new RequestError("ERR_BAD_REQUEST", `The switch does not take this: ${paths.join(", ")}.`);
}

/**
 * @throws {@link RequestError} when nobody has that key.
 */
function readPeople({ state }: Controlled, request: Request): readonly PersonState[] {
  const key = String(request.params["person"]);
  if (key === "everybody") return [...state.directory.values()];
  const person = state.directory.get(key);
  if (person === undefined) throw new RequestError("ERR_NOT_FOUND", "Nobody has that key.");
  return [person];
}

function finish(state: SandboxState, request: Request, response: Response): void {
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
