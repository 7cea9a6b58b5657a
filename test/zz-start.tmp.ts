import { startActors } from "./support/actors.js";
import { writeFileSync } from "node:fs";
const actors = await startActors({ settings: {} });
const out: Record<string, unknown> = { url: actors.url, sandbox: actors.sandbox.url };
for (const p of ["Ada", "Cleo"]) {
  const b = await actors.signIn(p);
  await b.open("/payslips");
  out[p] = [...b.cookies].map(([n, v]) => `${n}=${v}`).join("; ");
}
writeFileSync("/tmp/pagesshots/state.json", JSON.stringify(out));
console.log("ready", actors.url);
