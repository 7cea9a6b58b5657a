import { describe, expect, it } from "vitest";
import { C1, OK, INTERACTIVE, answer, challenge, token, refused, run } from "./scripted-call.js";

describe("a call", () => {
  it.each([null, 'Bearer realm=""', 'Bearer error="invalid_token"', 'Basic realm="x"'])(
    "with a 401 that asks for nothing gets one call more, with a renewed token: %s",
    async (header) => {
      const tokens = [token("a"), token("b")];
      const { outcome, asked, sent } = await run({ tokens, answers: [answer(401, header), OK] });
      expect(outcome).toEqual({ kind: "ok", response: OK });
      expect(asked).toEqual([undefined, "renewal"]);
      expect(sent).toEqual(["a", "b"]);
    },
  );

  it("is rejected when the renewed token is not accepted either", async () => {
    const tokens = [token("a"), token("b")];
    const { outcome, asked } = await run({ tokens, answers: [answer(401), answer(401)] });
    expect(outcome.kind).toBe("rejected");
    expect(asked).toHaveLength(2);
  });

  it("is rejected, without a redirect, when the token cannot be renewed", async () => {
    const tokens = [token("a"), refused(INTERACTIVE)];
    const { outcome, sent } = await run({ tokens, answers: [answer(401)] });
    expect(outcome).toEqual({ kind: "rejected", response: answer(401), refusal: INTERACTIVE });
    expect(sent).toEqual(["a"]);
  });

  it.each([
    [{ handling: "unrecoverable", reason: "device", support: {} }, "blocked"],
    [{ handling: "transient", support: {} }, "unavailable"],
  ] as const)("ends with the authority's refusal to renew: %o", async (refusal, kind) => {
    const tokens = [token("a"), refused(refusal)];
    const { outcome, demands } = await run({ tokens, answers: [answer(401)] });
    expect(outcome).toMatchObject({ kind, refusal });
    expect(demands).toEqual([{}, { forceRefresh: true, refusedToken: "a" }]);
  });

  it("is answered as challenged when the renewed token meets a challenge", async () => {
    const { outcome, asked, sent } = await run({
      tokens: [token("a"), token("b"), token("c")],
      answers: [answer(401), challenge(C1), OK],
    });
    expect(outcome.kind).toBe("ok");
    expect(asked).toEqual([undefined, "renewal", C1]);
    expect(sent).toEqual(["a", "b", "c"]);
  });
});
