import { randomUUID } from "node:crypto";
import { type AccountInfo, ConfidentialClientApplication, CryptoProvider } from "@azure/msal-node";
import express from "express";
import session, { type Session } from "express-session";

/**
 * The profile page in the way of Microsoft's samples for Express: one MSAL client for each request,
 * which reads and writes the serialised cache in the session of express-session, one fetch, one view.
 */
const { PORT, BASE_URL = `http://localhost:${PORT ?? ""}` } = process.env;
const { CLOUD_INSTANCE = "", TENANT_ID = "", CLIENT_ID = "", CLIENT_SECRET = "" } = process.env;
const { GRAPH_API_ENDPOINT = "", SESSION_SECRET = "" } = process.env;

const SCOPES = ["User.Read"];
const REDIRECT_URI = `${BASE_URL}/redirect`;

interface MsalSession extends Session {
  verifier?: string;
  tokenCache?: string;
  account?: AccountInfo | undefined;
}

// The authority of a benchmark speaks http, which MSAL accepts in its metadata only.
const authorityUrl = `${CLOUD_INSTANCE}/${TENANT_ID}/v2.0`;
const discovered = await fetch(`${authorityUrl}/.well-known/openid-configuration`);
const authorityMetadata = await discovered.text();
const { host } = new URL(authorityUrl);

function createClient({ tokenCache }: MsalSession): ConfidentialClientApplication {
  const client = new ConfidentialClientApplication({
    auth: {
      clientId: CLIENT_ID,
      clientSecret: CLIENT_SECRET,
      authority: `https://${host}/${TENANT_ID}`,
      knownAuthorities: [host],
      authorityMetadata,
    },
  });
  if (tokenCache !== undefined) client.getTokenCache().deserialize(tokenCache);
  return client;
}

const app = express();
app.set("view engine", "ejs");
app.locals["asset"] = (name: string) => `/assets/${name}`;
app.use(session({ secret: SESSION_SECRET, resave: false, saveUninitialized: false }));

app.get("/readyz", (_request, response) => {
  response.json({ status: "ok" });
});

app.get("/signin", async (request, response) => {
  const kept = request.session as MsalSession;
  const { verifier, challenge } = await new CryptoProvider().generatePkceCodes();
  kept.verifier = verifier;
  const url = await createClient(kept).getAuthCodeUrl({
    ...{ scopes: SCOPES, redirectUri: REDIRECT_URI, state: randomUUID() },
    ...{ codeChallenge: challenge, codeChallengeMethod: "S256" },
  });
  response.redirect(url);
});

app.get("/redirect", async (request, response) => {
  const kept = request.session as MsalSession;
  const client = createClient(kept);
  const { account } = await client.acquireTokenByCode({
    ...{ code: request.query.code as string, scopes: SCOPES, redirectUri: REDIRECT_URI },
    codeVerifier: kept.verifier ?? "",
  });
  kept.account = account ?? undefined;
  kept.tokenCache = client.getTokenCache().serialize();
  response.redirect("/profile");
});

app.get("/profile", async (request, response) => {
  const kept = request.session as MsalSession;
  const { account } = kept;
  if (account === undefined) {
    response.redirect("/signin");
    return;
  }
  const client = createClient(kept);
  const { accessToken } = await client.acquireTokenSilent({ account, scopes: SCOPES });
  kept.tokenCache = client.getTokenCache().serialize();
  const headers = { authorization: `Bearer ${accessToken}` };
  const profile = await fetch(`${GRAPH_API_ENDPOINT}/v1.0/me`, { headers });
  const person = { name: account.name, username: account.username };
  response.render("profile", { person, ...((await profile.json()) as object) });
});

app.listen(Number(PORT), "localhost");
