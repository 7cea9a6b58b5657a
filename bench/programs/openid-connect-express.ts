import { createRequire } from "node:module";
import { join } from "node:path";
import express, { type Request, type RequestHandler } from "express";

/**
 * The profile page with express-openid-connect, which keeps the session with its tokens encrypted in
 * a cookie: one fetch, one view. The package is in the folder of `OTHERS`.
 */
const { PORT, BASE_URL = `http://localhost:${PORT ?? ""}`, OTHERS = "" } = process.env;
const { CLOUD_INSTANCE = "", TENANT_ID = "", CLIENT_ID = "", CLIENT_SECRET = "" } = process.env;
const { GRAPH_API_ENDPOINT = "", SESSION_SECRET = "" } = process.env;

/** What this program uses of the package. */
interface OpenIdConnect {
  readonly auth: (options: object) => RequestHandler;
  readonly requiresAuth: () => RequestHandler;
}

interface SignedInRequest extends Request {
  readonly oidc: {
    readonly user: { readonly name: string; readonly preferred_username: string };
    readonly accessToken: { readonly access_token: string };
  };
}

const require = createRequire(join(OTHERS, "package.json"));
const { auth, requiresAuth } = require("express-openid-connect") as OpenIdConnect;

const app = express();
app.set("view engine", "ejs");
app.locals["asset"] = (name: string) => `/assets/${name}`;

app.get("/readyz", (_request, response) => {
  response.json({ status: "ok" });
});

app.use(
  auth({
    ...{ authRequired: false, baseURL: BASE_URL, secret: SESSION_SECRET },
    issuerBaseURL: `${CLOUD_INSTANCE}/${TENANT_ID}/v2.0`,
    ...{ clientID: CLIENT_ID, clientSecret: CLIENT_SECRET, clientAuthMethod: "client_secret_post" },
    authorizationParams: {
      ...{ response_type: "code", response_mode: "query" },
      scope: "openid profile offline_access User.Read",
    },
    routes: { login: "/signin", callback: "/redirect" },
  }),
);

app.get("/profile", requiresAuth(), async (request, response) => {
  const { user, accessToken } = (request as unknown as SignedInRequest).oidc;
  const headers = { authorization: `Bearer ${accessToken.access_token}` };
  const profile = await fetch(`${GRAPH_API_ENDPOINT}/v1.0/me`, { headers });
  const person = { name: user.name, username: user.preferred_username };
  response.render("profile", { person, ...((await profile.json()) as object) });
});

app.listen(Number(PORT), "localhost");
