import { describe, expect, it } from "vitest";
import { useActors } from "../support/actors.js";
import { MAX_STEP_UPS } from "./limits.js";

const actors = useActors();

describe("an account that is disabled while its person is signed in", () => {
  it("is named by no page once the session has ended", async () => {
    const ada = await actors.signIn("Ada");
    for (let count = 0; count < MAX_STEP_UPS; count += 1) await ada.get("/payslips");
    await actors.control("people/ada", { disabled: true });
    const page = await ada.get("/profile");
    expect(page.status).toBe(429);
    expect(page.body).not.toContain("Ada Okafor");
    expect(page.body).not.toContain("still signed in");
    expect((await ada.getJson("/profile")).status).toBe(401);
    await actors.control("people/ada", { disabled: false });
  });

  it("ends a step-up of another tab with its own page, and nobody is called nobody", async () => {
    const ada = await actors.signIn("Ada");
    const back = await ada.atSandbox((await ada.get("/payslips")).location ?? "");
    await ada.post("/signout");
    const page = await ada.get(back);
    expect(page.status).toBe(400);
    expect(page.body).not.toContain("nobody");
  });
});
