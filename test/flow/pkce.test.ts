import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { useActors } from "../support/actors.js";

describe("PKCE on the wire", () => {
  const actors = useActors();

  it("is S256 in every authorization request, whose code is redeemed with its verifier", async () => {
    const ada = await actors.signIn("Ada");
    await ada.open("/payslips");
    const requests = actors.receivedAt("/authorize");
    const redemptions = actors
      .receivedAt("/token")
      .filter((sent) => sent.get("grant_type") === "authorization_code");
    expect(requests.map((sent) => sent.get("code_challenge_method"))).toEqual(["S256", "S256"]);
    const challenges = requests.map((sent) => sent.get("code_challenge"));
    expect(redemptions.map((sent) => s256(sent.get("code_verifier")))).toEqual(challenges);
    expect(new Set(challenges).size).toBe(2);
  });
});

function s256(verifier: string | null): string {
  return createHash("sha256")
    .update(verifier ?? "")
    .digest("base64url");
}
