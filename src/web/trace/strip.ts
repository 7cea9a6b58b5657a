import type { Request } from "express";
import type { ActionRecorder } from "../../trace/action-recorder.js";
import { lineOf } from "../../trace/story/describe-message.js";
import { readOutcome, type Outcome, type PolicyNames } from "../../trace/story/outcome.js";
import type { TitledPage } from "./title-of.js";

/** What the strip under a page shows. */
export interface Strip extends Pick<Outcome, "kind" | "lead" | "rest"> {
  /** Each message and decision in one line. */
  readonly lines: readonly string[];
  /** The action on the trace page. */
  readonly href: string;
  /** The page belongs to a scenario, so it has a strip even without a message. */
  readonly isScenario: boolean;
}

/** Options of {@link stripOf}. */
export interface StripOptions {
  readonly recorder: ActionRecorder;
  readonly request: Request;
  readonly pages: readonly TitledPage[];
  readonly policies: PolicyNames;
}

/** Returns the strip of a page, from what has been recorded by the time it is rendered. */
export function stripOf({ recorder, request, pages, policies }: StripOptions): Strip {
  const { action } = recorder;
  const entries = [...action.entries, ...recorder.added()];
  const { kind, lead, rest } = readOutcome(entries, policies);
  return {
    kind,
    lead,
    rest,
    lines: entries.map(lineOf),
    href: entries.length === 0 ? "/trace" : `/trace?action=${action.id}`,
    isScenario: pages.some(({ path }) => path === request.path),
  };
}
