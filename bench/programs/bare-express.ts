import express from "express";
import session, { type Session } from "express-session";
import { openSessionStore } from "./session-store.js";

/**
 * The least that shows the same profile page: Express, express-session, one fetch, one view. Nobody
 * signs in: `/begin` puts a name into a new session, and the API is called without a token. Sessions
 * are in memory, or with connect-redis in the Redis of `REDIS_URL`.
 */
const { PORT, GRAPH_API_ENDPOINT = "", SESSION_SECRET = "" } = process.env;

interface NamedSession extends Session {
  visitor?: { readonly name: string; readonly username: string };
}

const app = express();
app.set("view engine", "ejs");
app.locals["asset"] = (name: string) => `/assets/${name}`;
const store = await openSessionStore();
app.use(session({ secret: SESSION_SECRET, resave: false, saveUninitialized: false, store }));

app.get("/readyz", (_request, response) => {
  response.json({ status: "ok" });
});

app.get("/begin", (request, response) => {
  const visitor = { name: "Ada Okafor", username: "ada@contoso.example" };
  (request.session as NamedSession).visitor = visitor;
  response.end();
});

app.get("/profile", async (request, response) => {
  const profile = await fetch(`${GRAPH_API_ENDPOINT}/v1.0/me`);
  const { visitor: person } = request.session as NamedSession;
  response.render("profile", { person, ...((await profile.json()) as object) });
});

app.listen(Number(PORT), "localhost");
