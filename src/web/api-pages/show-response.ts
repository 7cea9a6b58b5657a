import type { ApiResponse } from "../../protected-api/send-api-request.js";
import { wantsJson, type Exchange } from "../exchange.js";
import { unreadableResponseProblem } from "../problems/outcome-problems.js";
import { sendProblem } from "../problems/problem-page.js";
import type { ApiPage } from "./pages.js";

/**
 * Creates the function that shows an API's response in the page's view, or as JSON to a JSON client.
 * A body that does not fit the schema is a problem of its own.
 */
export function showResponse(
  { request, response }: Exchange,
  { view, schema }: NonNullable<ApiPage["show"]>,
): (apiResponse: ApiResponse) => void {
  return ({ body }) => {
    const parsed = schema.safeParse(body);
    if (!parsed.success) sendProblem({ request, response }, unreadableResponseProblem());
    else if (wantsJson(request)) response.json(parsed.data);
    else response.render(view, parsed.data);
  };
}
