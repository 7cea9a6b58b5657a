import { openBrowser } from "./support/browser.js";
import { readFileSync } from "node:fs";
const s = JSON.parse(readFileSync("/tmp/pagesshots/state.json", "utf8")) as Record<string, string>;
const browser = await openBrowser();
const control = (path: string, body: object) =>
  fetch(`${s.sandbox}/control/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
const cookies = (who: string) =>
  s[who]!.split("; ").map((c) => {
    const i = c.indexOf("=");
    return { name: c.slice(0, i), value: c.slice(i + 1), url: s.url! };
  });
const pages: [string, string, string?][] = [
  ["visitor", "/"],
  ["home", "/", "Ada"],
  ["profile", "/profile", "Ada"],
  ["payslips", "/payslips", "Ada"],
  ["bank", "/bank-account", "Ada"],
  ["signout", "/signout", "Ada"],
  ["notfound", "/nothing", "Ada"],
  ["unavailable", "/profile", "Cleo"],
  ["flow", "/redirect?state=x&code=y"],
  ["bankerror", "/bank-account", "Ada"],
];
const only = process.argv[2]?.split(",");
for (const scheme of ["light", "dark"] as const)
  for (const width of [375, 1280]) {
    for (const [name, path, who] of pages) {
      if (only && !only.includes(name)) continue;
      const context = await browser.newContext({
        viewport: { width, height: 900 },
        colorScheme: scheme,
        baseURL: s.url!,
      });
      if (who) await context.addCookies(cookies(who));
      const page = await context.newPage();
      if (name === "unavailable") await control("faults", { endpoint: "graph", mode: "error" });
      await page.goto(path);
      if (name === "unavailable") await control("faults", { endpoint: "graph", mode: "none" });
      if (name === "bankerror") {
        await page.getByLabel("IBAN").fill("DE89 3704 0044 0532 0130 01");
        await page.getByRole("main").getByRole("button").click();
        await page.waitForLoadState();
      }
      await page.screenshot({
        path: `/tmp/pagesshots/${name}-${width}-${scheme}.png`,
        fullPage: true,
      });
      await context.close();
    }
  }
await browser.close();
