import express from "express";

/** Loads the packages that it is given by name, and nothing else, and serves `/readyz`. */
await Promise.all(process.argv.slice(2).map((name) => import(name)));
const app = express();
app.get("/readyz", (_request, response) => {
  response.json({ status: "ok" });
});
app.listen(Number(process.env.PORT), "localhost");
