// Makes the README's pictures from the running app: `npm run screenshots`.
import { mkdirSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { approveOnPhone, seeHeading } from "../browser/drive-browser.js";
import { type Actors, startActors } from "../support/actors.js";
import { openBrowser } from "../support/browser.js";

const FOLDER = "docs/images";

/** A page in the state in which it is shown. */
interface Picture {
  readonly name: string;
  readonly person: string;
  /** Brings the page there. */
  readonly open: (page: Page) => Promise<unknown>;
}

const PICTURES: readonly Picture[] = [
  {
    name: "home",
    person: "Ada",
    open: async (page) => {
      await page.goto("/profile");
      await page.goto("/");
    },
  },
  {
    name: "step-up",
    person: "Ada",
    open: (page) => page.goto("/payslips"),
  },
  {
    name: "trace",
    person: "Ada",
    open: async (page) => {
      await page.goto("/payslips");
      await approveOnPhone(page);
      await seeHeading(page, "Your payslips");
      await page.goto("/trace#action-title");
    },
  },
  {
    name: "problem",
    person: "Cleo",
    open: async (page) => {
      await page.goto("/tax-forms");
      await page.getByRole("button", { name: "Back to the app" }).click();
      await page.getByRole("heading", { name: "You need a managed device" }).waitFor();
    },
  },
];

const actors = await startActors({ settings: { TRACE: "on" } });
const browser = await openBrowser();
try {
  mkdirSync(FOLDER, { recursive: true });
  for (const picture of PICTURES) await take(picture, browser, actors);
} finally {
  await browser.close();
  await actors.close();
}

async function take(
  { name, person, open }: Picture,
  browser: Browser,
  { url, signIn, sandbox }: Actors,
): Promise<void> {
  const viewport = { width: 1_000, height: 720 };
  const context = await browser.newContext({ baseURL: url, viewport, colorScheme: "light" });
  const visitor = await signIn(person);
  for (const [site, jar] of [
    [url, visitor.cookies],
    [sandbox.url, visitor.sandboxCookies],
  ] as const) {
    await context.addCookies([...jar].map(([name, value]) => ({ name, value, url: site })));
  }
  const page = await context.newPage();
  await open(page);
  await page.screenshot({ path: `${FOLDER}/${name}.png` });
  await context.close();
}
