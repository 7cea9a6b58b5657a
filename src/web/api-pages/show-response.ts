import type { ApiResponse } from "../../protected-api/send-api-request.js";
import { wantsJson, type Exchange } from "../exchange.js";
import { unreadableResponseProblem } from "../problems/outcome-problems.js";
import { sendProblem } from "../problems/problem-page.js";
import { boundData } from "./bound-data.js";
import type { ApiPage } from "./pages.js";

/**
 * Creates the function that shows an API's response in the page's view, or as JSON to a JSON client.
 * A body that does not fit the schema is a problem of its own.
 */
export function showResponse(
  { request, response }: Exchange,
  { api, view, schema }: NonNullable<ApiPage["show"]> & Pick<ApiPage, "api">,
): (apiResponse: ApiResponse) => void {
  return ({ body }) => {
    const parsed = schema.safeParse(body);
    if (!parsed.success) sendProblem({ request, response }, unreadableResponseProblem(api));
    else if (wantsJson(request)) response.json(parsed.data);
    else sendPage({ request, response }, view, boundData(parsed.data));
  };
}

/**
 * Renders a view and sends it. Express would turn the page into bytes of their own; as text it leaves in
 * one piece with its headers, which takes less time for the page that is asked for most.
 */
function sendPage({ request, response }: Exchange, view: string, locals: object): void {
  response.render(view, locals, (error: unknown, html: string) => {
    if (error instanceof Error) {
      request.next?.(error);
      return;
    }
    response.setHeader("Content-Type", "text/html; charset=utf-8");
    response.setHeader("Content-Length", Buffer.byteLength(html));
    response.end(html);
  });
}
