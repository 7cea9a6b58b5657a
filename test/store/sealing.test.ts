import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createSealing, DIGEST_BYTES } from "../../src/store/sealing.js";

const OLD = "an old secret of the tests, long enough";
const NEW = "a new secret of the tests, long enough";

describe("createSealing", () => {
  it("opens what it has sealed, whatever the name and the text are", () => {
    const sealing = createSealing([OLD]);
    const text = fc.string({ unit: "grapheme" });
    fc.assert(
      fc.property(text, text, (name, value) => {
        expect(sealing.open(name, sealing.seal(name, value))).toBe(value);
      }),
    );
  });

  it("seals the same text differently each time, with the same digest", () => {
    const sealing = createSealing([OLD]);
    const [a, b] = [sealing.seal("name", "text"), sealing.seal("name", "text")];
    expect(a.equals(b)).toBe(false);
    const [digest] = sealing.digestsOf("name", "text");
    expect(a.subarray(0, DIGEST_BYTES)).toEqual(digest);
    expect(b.subarray(0, DIGEST_BYTES)).toEqual(digest);
  });

  it("computes digests that depend on the secret, the name and the text", () => {
    const digests = [
      ...createSealing([OLD, NEW]).digestsOf("name", "text"),
      ...createSealing([OLD]).digestsOf("nam", "etext"),
      ...createSealing([OLD]).digestsOf("name", "texts"),
    ];
    expect(new Set(digests.map((each) => each.toString("hex"))).size).toBe(4);
  });

  it("opens nothing of which any bit was changed, or a part is missing", () => {
    const sealing = createSealing([OLD]);
    const sealed = sealing.seal("name", "text");
    for (let bit = 0; bit < sealed.length * 8; bit += 1) {
      const changed = Buffer.from(sealed);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(sealing.open("name", changed)).toBeUndefined();
    }
    for (let length = 0; length < sealed.length; length += 1) {
      expect(sealing.open("name", sealed.subarray(0, length))).toBeUndefined();
    }
  });

  it("opens nothing under another name", () => {
    const sealing = createSealing([OLD]);
    expect(sealing.open("other", sealing.seal("name", "text"))).toBeUndefined();
  });

  it("opens what any known secret has sealed, and seals with the first one", () => {
    const [old, both, fresh] = [[OLD], [NEW, OLD], [NEW]].map(createSealing);
    const sealedBefore = old?.seal("name", "text") ?? Buffer.alloc(0);
    expect(both?.open("name", sealedBefore)).toBe("text");
    expect(fresh?.open("name", sealedBefore)).toBeUndefined();
    const sealedNow = both?.seal("name", "text") ?? Buffer.alloc(0);
    expect(fresh?.open("name", sealedNow)).toBe("text");
    expect(both?.digestsOf("name", "text")).toContainEqual(sealedBefore.subarray(0, DIGEST_BYTES));
  });
});
