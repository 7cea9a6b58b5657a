import { describe, expect, it } from "vitest";
import { boundData } from "../../../src/web/api-pages/bound-data.js";

describe("boundData", () => {
  it("leaves data of the usual size as it is", () => {
    const data = { name: "Ada", mail: null, forms: [{ year: 2025, name: "Form" }] };
    expect(boundData(data)).toEqual({ ...data, omitted: 0 });
  });

  it("keeps the first hundred entries of a list, and says how many are left out", () => {
    const forms = Array.from({ length: 3_900 }, (_, index) => ({ year: index }));
    const bounded = boundData({ forms });
    expect(bounded).toEqual({ forms: forms.slice(0, 100), omitted: 3_800 });
  });

  it("cuts long texts, wherever they are, and no character in two", () => {
    const long = "😀".repeat(500);
    const { name, forms } = boundData({ name: long, forms: [{ name: `a${long}` }] });
    for (const text of [name, (forms as { name: string }[])[0]?.name]) {
      expect(text).toMatch(/^a?(?:😀)+…$/u);
      expect(String(text).length).toBeLessThanOrEqual(200);
    }
  });
});
