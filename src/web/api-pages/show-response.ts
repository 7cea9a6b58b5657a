import type { Request, Response } from "express";
import type { z } from "zod";
import type { ApiAnswer } from "../../protected-api/send-api-request.js";
import { unreadableAnswerProblem } from "../problems/outcome-problems.js";
import { sendProblem } from "../problems/problem-page.js";
import { wantsJson } from "../exchange.js";

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
      sendProblem(request, response, unreadableAnswerProblem());
    } else if (wantsJson(request)) response.json(parsed.data);
    else response.render(view, parsed.data);
  };
}
