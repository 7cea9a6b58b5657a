import type { Locator, Page } from "playwright-core";

/** Clicks, and waits until the page that this leads to has loaded. */
export async function follow(page: Page, target: Locator): Promise<void> {
  await Promise.all([page.waitForEvent("load"), target.click()]);
}

/** Presses a button by its visible name, and waits for the page that this leads to. */
export async function press(page: Page, name: string | RegExp): Promise<void> {
  await follow(page, page.getByRole("main").getByRole("button", { name, exact: true }));
}

/** Follows a link of the page's content by its visible name. */
export async function followLink(page: Page, name: string | RegExp): Promise<void> {
  await follow(page, page.getByRole("main").getByRole("link", { name, exact: true }));
}

/** Waits for the page with this heading. */
export async function seeHeading(page: Page, name: string): Promise<void> {
  await page.getByRole("heading", { level: 1, name, exact: true }).waitFor();
}

/** Waits until the page shows this text somewhere. */
export async function seeText(page: Page, text: string): Promise<void> {
  await page.getByRole("main").getByText(text).first().waitFor();
}

/** Opens a scenario from its card on the home page. */
export async function openCard(page: Page, title: string): Promise<void> {
  await followLink(page, new RegExp(`^Open\\W.*${title}$`));
}

/** Picks somebody from the sandbox's list: a given name, such as `Ada`. */
export async function pickAccount(page: Page, givenName: string): Promise<void> {
  await seeHeading(page, "Pick an account");
  await press(page, new RegExp(`^${givenName} `));
}

/** Sends the password, which the sandbox's page has filled in. */
export async function enterPassword(page: Page): Promise<void> {
  await seeHeading(page, "Enter password");
  await press(page, "Sign in");
}

/** Approves the sign-in: reads the number that the page shows and picks it on the phone. */
export async function approveOnPhone(page: Page): Promise<void> {
  await seeHeading(page, "Approve the sign-in");
  const shown = await page.getByText(/^Pick this number on your phone/).innerText();
  const [number = ""] = /\d\d/.exec(shown) ?? [];
  await follow(page, page.getByRole("button", { name: number, exact: true }));
}

/** Signs out with the button at the top of every page, and waits for the home page. */
export async function signOut(page: Page): Promise<void> {
  const { origin } = new URL(page.url());
  await follow(page, page.getByRole("banner").getByRole("button", { name: "Sign out" }));
  await page.waitForURL(`${origin}/`);
}
