import { describe, expect, it } from "vitest";
import { useActors } from "../support/actors.js";

const actors = useActors();

describe("a round that carried no demand of the API", () => {
  it("does not count as met: consent first, then the second factor, then the page", async () => {
    const ada = await actors.signIn("Ada");
    await actors.control("people/ada", { consented: false });
    actors.forgetReceived();
    const page = await ada.open("/payslips");
    expect(page.status).toBe(200);
    expect(page.body).toContain("Your payslips");
    expect(actors.receivedAt("/authorize")).toHaveLength(2);
  });

  it("does not count as met: the password first, then the second factor, then the page", async () => {
    const ada = await actors.signIn("Ada");
    await actors.control("people/ada/revoke-sessions", { grant: "gone" });
    actors.forgetReceived();
    const page = await ada.open("/payslips");
    expect(page.status).toBe(200);
    expect(page.body).toContain("Your payslips");
    expect(actors.receivedAt("/authorize")).toHaveLength(2);
  });

  it("does not count as met for a JSON client either", async () => {
    const ada = await actors.signIn("Ada");
    await actors.control("people/ada", { consented: false });
    await actors.control("people/ada/revoke-sessions", { grant: "gone" });
    for (let round = 0; round < 2; round += 1) {
      const { status, body } = await ada.getJson("/payslips");
      if (status === 200) break;
      expect(body).toMatchObject({ code: "ERR_STEP_UP_REQUIRED" });
      await ada.open((body as { url: string }).url);
    }
    expect(await ada.getJson("/payslips")).toMatchObject({ status: 200 });
  });
});
