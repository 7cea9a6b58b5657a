import type { Request, RequestHandler, Response } from "express";
import type { SessionData } from "express-session";
import { createActionRecorder, type ActionRecorder } from "../../trace/action-recorder.js";
import type { Trace } from "../../trace/create-trace.js";
import {
  findActionOf,
  readAuthorizationRequest,
  readAuthorizationResponse,
} from "../../trace/read-authorization.js";
import type { Action } from "../../trace/trace-entry.js";
import type { AppContext } from "../app-context.js";
import { ownerOf, randomName } from "../../session/session-data.js";
import { endAfter } from "./end-after.js";
import type { SandboxFacts } from "./sandbox-facts.js";
import { stripOf } from "./strip.js";
import { titleOf, type TitledPage } from "./title-of.js";

declare module "express-serve-static-core" {
  interface Request {
    /** Records what the action of this request exchanges; undefined while nothing is traced. */
    trace?: ActionRecorder | undefined;
  }
}

/** How long after a redirect to a page of ours a request for it goes on with the action. */
const CONTINUATION_MS = 60_000;

/** Options of {@link createRecordRequests}. */
export interface RecordOptions {
  readonly context: AppContext;
  readonly trace: Trace;
  readonly facts: SandboxFacts;
  readonly pages: readonly TitledPage[];
}

/**
 * Creates the middleware that records what a request exchanges, and keeps it before the response ends:
 * the next request, to which it may redirect, goes on with the same action.
 */
export function createRecordRequests(options: RecordOptions): RequestHandler {
  const { context, trace, facts, pages } = options;

  return async (request, response, next) => {
    const { binding } = request.session;
    const policies = await facts.policies();
    const url = urlOf(request, context.config.baseUrl);
    const actions = binding === undefined ? [] : await readActions(binding, options);
    const recorder = beginRecording({ request, url, actions }, options);
    request.trace = recorder;
    Object.defineProperty(response.locals, "strip", {
      enumerable: true,
      get: () => stripOf({ recorder, request, pages, policies }),
    });
    endAfter(response, async () => {
      recordAuthorizationRequest(response, { recorder, trace });
      recorder.close();
      await keep({ request, response, recorder, binding }, options);
    });
    trace.run(recorder, next);
  };
}

/** Returns the actions of the session; a failure of the store must not keep the page from its reader. */
async function readActions(
  binding: string,
  { context, trace }: RecordOptions,
): Promise<readonly Action[]> {
  try {
    return await trace.read(binding);
  } catch (err) {
    context.log.warn({ err }, "the trace is not available");
    return [];
  }
}

interface Arrived {
  readonly request: Request;
  readonly url: URL;
  readonly actions: readonly Action[];
}

/** Goes on with the action that this request belongs to, or begins one. */
function beginRecording(
  { request, url, actions }: Arrived,
  { context: { config, now }, trace, pages }: RecordOptions,
): ActionRecorder {
  if (url.pathname === new URL(config.redirectUri).pathname) {
    const answer = readAuthorizationResponse(url, trace.redaction);
    const action = findActionOf(answer, actions) ?? newAction(request, { url, pages, now });
    const recorder = createActionRecorder(action, now);
    recorder.add(answer);
    return recorder;
  }
  const continued = actions.findLast(
    ({ continuesAt, endedAt }) =>
      continuesAt === request.originalUrl && now() - endedAt < CONTINUATION_MS,
  );
  return createActionRecorder(continued ?? newAction(request, { url, pages, now }), now);
}

function newAction(
  request: Request,
  { url, pages, now }: Pick<RecordOptions, "pages"> & { url: URL; now: () => number },
): Action {
  const { title, path } = titleOf(request, url, pages);
  return {
    id: randomName().slice(0, 12),
    title,
    path,
    startedAt: now(),
    endedAt: now(),
    entries: [],
  };
}

/** Records the authorization request to which the response redirects, if it does. */
function recordAuthorizationRequest(
  response: Response,
  { recorder, trace }: { readonly recorder: ActionRecorder; readonly trace: Trace },
): void {
  const location = response.get("Location") ?? "";
  if (!URL.canParse(location)) return;
  const url = new URL(location);
  if (!url.searchParams.has("response_type")) return;
  recorder.add(readAuthorizationRequest(url, trace.redaction));
}

interface Ended {
  readonly request: Request;
  readonly response: Response;
  readonly recorder: ActionRecorder;
  /** The session's binding at the start. */
  readonly binding: string | undefined;
}

/** Keeps what was recorded under the session's present binding; a session that ended loses its trace. */
async function keep(
  { request, response, recorder, binding: former }: Ended,
  { context, trace }: RecordOptions,
): Promise<void> {
  const session = request.session as SessionData | undefined;
  const added = recorder.added();
  const { action } = recorder;
  try {
    if (session?.binding === undefined) {
      if (former !== undefined) await trace.forget(former);
      return;
    }
    if (added.length === 0) return;
    const location = response.get("Location");
    const continuesAt = location?.startsWith("/") === true ? location : undefined;
    const changed = { ...action, endedAt: context.now(), continuesAt };
    await trace.keep({ ...ownerOf(session, context.now), action: changed, added });
  } catch (err) {
    context.log.warn({ err }, "the trace could not be kept");
  }
}

/** Returns the address of a request; a target that is no address stands for the home page. */
function urlOf({ originalUrl }: Request, baseUrl: string): URL {
  return URL.canParse(originalUrl, baseUrl) ? new URL(originalUrl, baseUrl) : new URL(baseUrl);
}
