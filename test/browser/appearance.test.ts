import { describe, expect, it } from "vitest";
import { useStage } from "./stage.js";

const DISPLAY = "getComputedStyle(document.querySelector(SELECTOR)).display";
const STYLE = "getComputedStyle(document.querySelector(SELECTOR))";

function of(expression: string, selector: string): string {
  return expression.replace("SELECTOR", JSON.stringify(selector));
}

describe("the pages of the web app", () => {
  const stage = useStage();

  it("print what they show in black on white, without buttons", async () => {
    const page = await stage.arrive({ signedInAs: "Ada", colorScheme: "dark" });
    await page.goto("/profile");
    await page.emulateMedia({ media: "print" });
    for (const selector of [".site-header form", ".back", ".sandbox-line"]) {
      expect(await page.evaluate(of(DISPLAY, selector))).toBe("none");
    }
    expect(await page.evaluate(`${of(STYLE, "body")}.color`)).toBe("rgb(0, 0, 0)");
    expect(await page.evaluate(`${of(STYLE, "body")}.backgroundColor`)).toBe("rgb(255, 255, 255)");
  });

  it("keep the edges of buttons and the lines of the diagram in forced colours", async () => {
    const page = await stage.arrive();
    await page.emulateMedia({ forcedColors: "active" });
    await page.goto("/");
    expect(await page.evaluate(`${of(STYLE, ".button.primary")}.borderTopStyle`)).toBe("solid");
    expect(await page.evaluate(`${of(STYLE, ".sequence")}.borderLeftStyle`)).toBe("solid");
  });

  it("keep the direction of the diagram, and technical words, when they are translated", async () => {
    const page = await stage.arrive({ signedInAs: "Ada" });
    await page.goto("/");
    await page.evaluate("document.documentElement.dir = 'rtl'");
    const positions =
      "[...document.querySelectorAll('.actors span')].map((each) => each.getBoundingClientRect().x)";
    const at = await page.evaluate<number[]>(positions);
    expect(at).toEqual([...at].sort((one, other) => one - other));
    expect(
      await page.evaluate(
        "[...document.querySelectorAll('code')].every((each) => !each.translate)",
      ),
    ).toBe(true);
    expect(await page.evaluate("document.querySelector('.who-username').translate")).toBe(false);
  });

  it("describe themselves, name their language and their colours", async () => {
    const page = await stage.arrive();
    await page.goto("/");
    expect(await page.getAttribute("html", "lang")).toBe("en");
    expect(await page.getAttribute("meta[name=description]", "content")).toMatch(
      /claims challenge/,
    );
    expect(await page.locator("meta[name=theme-color]").count()).toBe(2);
  });
});
