import type { Request, Response } from "express";
import type { z } from "zod";
import type { ApiAnswer } from "../protected-api/send-api-request.js";
import { sendProblem } from "./problem-page.js";
import { wantsJson } from "./wants-json.js";

/**
 * Gives a function that shows an API's answer as the page `view`, or as JSON to a program.
 *
 * What does not fit the schema is not shown: an API that changed is a problem with a name.
 */
export function showAnswer(
  { request, response }: { readonly request: Request; readonly response: Response },
  schema: z.ZodType<object>,
  view: string,
): (answer: ApiAnswer) => void {
  return ({ body }) => {
    const parsed = schema.safeParse(body);
    if (!parsed.success) {
      sendProblem(request, response, {
        status: 502,
        code: "ERR_API_ANSWER",
        title: "The API’s answer cannot be read",
        explanation: "The API accepted the call, but its answer is not what this app knows.",
        whoseMove: "the operator’s",
        nextStep: "Tell the people who run this app, with the code below.",
        actions: [{ label: "Go to the home page", href: "/" }],
      });
    } else if (wantsJson(request)) response.json(parsed.data);
    else response.render(view, parsed.data);
  };
}
