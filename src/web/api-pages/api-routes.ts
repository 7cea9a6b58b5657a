import { type Request, type Response, Router } from "express";
import { z } from "zod";
import type { AppContext } from "../app-context.js";
import { requireSignIn } from "./require-sign-in.js";
import { GRAPH_SCOPES } from "./pages.js";
import { serveFromApi } from "./serve-from-api.js";
import { showAnswer } from "./show-response.js";

const profileSchema = z.object({
  displayName: z.string(),
  userPrincipalName: z.string(),
  mail: z.string().nullish(),
  jobTitle: z.string().nullish(),
  officeLocation: z.string().nullish(),
});

const payslipsSchema = z.object({
  payslips: z.array(
    z.object({
      period: z.string(),
      gross: z.number(),
      net: z.number(),
      currency: z.string().length(3),
    }),
  ),
});

const taxFormsSchema = z.object({
  taxForms: z.array(z.object({ year: z.number().int(), name: z.string() })),
});

/** `GET /profile` from Graph, and `GET /payslips` and `GET /tax-forms` when there is a Payroll API. */
export function createApiRoutes(context: AppContext): Router {
  const { graphApiEndpoint, payroll } = context.config;
  const router = Router();

  router.get("/profile", requireSignIn, async (request: Request, response: Response) => {
    const call = {
      scopes: GRAPH_SCOPES,
      apiRequest: { url: `${graphApiEndpoint}/v1.0/me` },
      show: showAnswer({ request, response }, profileSchema, "profile"),
    };
    await serveFromApi({ request, response }, call, context);
  });

  if (payroll === undefined) return router;

  const pages = [
    { path: "/payslips", schema: payslipsSchema, view: "payslips" },
    { path: "/tax-forms", schema: taxFormsSchema, view: "tax-forms" },
  ];
  for (const { path, schema, view } of pages) {
    router.get(path, requireSignIn, async (request: Request, response: Response) => {
      const call = {
        scopes: payroll.scopes,
        apiRequest: { url: `${payroll.url}${path}` },
        show: showAnswer({ request, response }, schema, view),
      };
      await serveFromApi({ request, response }, call, context);
    });
  }

  return router;
}
