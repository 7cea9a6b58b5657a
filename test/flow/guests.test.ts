import { afterEach, describe, expect, it } from "vitest";
import { useActors } from "../support/actors.js";

const actors = useActors();
afterEach(() => actors.control("reset", {}));

describe("a guest, whose home tenant and oid are not those of the tokens", () => {
  it("signs in and steps up as the same person", async () => {
    const eli = await actors.signIn("Eli");
    expect((await eli.open("/profile")).body).toContain("eli@partner.example");
    expect((await eli.open("/payslips")).status).toBe(200);
  });

  it("is challenged and renewed without being asked", async () => {
    const eli = await actors.signIn("Eli");
    expect((await eli.get("/profile")).status).toBe(200);
    await actors.control("people/eli/revoke-sessions", { grant: "kept" });
    expect((await eli.get("/profile")).status).toBe(200);
  });
});
