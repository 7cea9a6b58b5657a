import { describe, expect, it } from "vitest";
import { UpstreamError } from "../src/errors.js";
import { createCollectedLog } from "./support/collected-log.js";

const SECRET = "canaryOfTheAuthority";

/** Logs something thrown, as every caller does, and returns the line. */
function logged(err: unknown): string {
  const { log, lines } = createCollectedLog("trace");
  log.error({ err }, "it failed");
  return lines.join("\n");
}

function stackOf(err: unknown): readonly string[] {
  const { err: described } = JSON.parse(logged(err)) as { err: { stack?: string } };
  return described.stack?.split("\n") ?? [];
}

/** Texts of others that look like frames of a stack in one way or another. */
const FRAME_LIKE = [
  `x\n    at ${SECRET} (`,
  `x\n    at ${SECRET} (file:///app/dist/main.js:1:1)`,
  `x\n    at file:///${SECRET}/main.js:1:1`,
  `    at ${SECRET} (node:internal/x:1:1)\n    at ${SECRET} (node:internal/x:1:1)`,
  `x\r\n    at ${SECRET} (/app/x.js:1:1)\n`,
  `Error: x\n    at ${SECRET} (/app/x.js:1:1)`,
  `\n    at ${SECRET} (/app/x.js:1:1)`,
];

describe("an error in the log", () => {
  it("has its name, its code and its own frames, and not its message", () => {
    const line = logged(Object.assign(new TypeError(SECRET), { code: "ECONNRESET" }));
    expect(line).not.toContain(SECRET);
    const { err } = JSON.parse(line) as { err: Record<string, unknown> };
    expect(Object.keys(err)).toEqual(["type", "code", "stack"]);
    expect(err).toMatchObject({ type: "TypeError", code: "ECONNRESET" });
    expect(err.stack).toContain("log.test.ts");
  });

  it.each(FRAME_LIKE)("has no line of a message that looks like a frame: %j", (message) => {
    const error = new Error(message);
    expect(logged(error)).not.toContain(SECRET);
    expect(stackOf(error)[0]).toContain("log.test.ts");
    expect(logged(new Error("outer", { cause: error }))).not.toContain(SECRET);
  });

  it("has no frames when the stack does not begin with the message", () => {
    const changed = new Error(`x\n    at ${SECRET} (/app/x.js:1:1)`);
    // V8 formats a stack when it is read first.
    expect(changed.stack).toContain(SECRET);
    changed.message = "the identity provider said no";
    const [replaced, odd] = [new Error("x"), new Error("x")];
    replaced.stack = `    at ${SECRET} (/app/x.js:1:1)`;
    Object.assign(odd, { stack: { toString: () => SECRET } });
    for (const each of [changed, replaced, odd]) {
      expect(stackOf(each)).toEqual([]);
      expect(logged(each)).not.toContain(SECRET);
    }
  });

  it("has frames of every kind that V8 writes", async () => {
    const failing = Promise.all([1].map(async () => Promise.reject(new Error("of a promise"))));
    const error: unknown = await failing.catch((each: unknown) => each);
    const nested = [0].map(() => new Error("of a callback"))[0];
    expect(stackOf(nested).join("\n")).toContain("at Array.map (<anonymous>)");
    expect(stackOf(error).length).toBeGreaterThan(1);
    expect(stackOf(new Error("")).length).toBeGreaterThan(1);
  });

  it.each([
    ["the code", { code: `${SECRET} of a response` }],
    ["the name", { name: `${SECRET} of a response` }],
    ["a property", { response: { body: SECRET }, errorMessage: SECRET, subError: SECRET }],
    ["an aggregate", { errors: [new Error(SECRET)] }],
  ])("shows nothing of a text in %s", (_where, properties) => {
    expect(logged(Object.assign(new Error("x"), properties))).not.toContain(SECRET);
  });

  it("shows the known details of a failed call, and no other", () => {
    const details = { status: 502, reason: `${SECRET} said no`, body: SECRET };
    const line = logged(new UpstreamError("ERR_AUTHORITY_UNFIT", "Safe to show.", { details }));
    expect(line).toContain("Safe to show.");
    expect(line).toContain('"details":{"status":502}');
    expect(line).not.toContain(SECRET);
  });

  it.each([SECRET, { message: SECRET }, [SECRET], undefined])(
    "is a type alone when what was thrown is no error: %j",
    (thrown) => {
      expect(JSON.parse(logged(thrown))).toMatchObject({ err: { type: typeof thrown } });
      expect(logged(thrown)).not.toContain(SECRET);
    },
  );

  it("is described under any name, by every kind of logger", () => {
    const { log, lines } = createCollectedLog("trace");
    const failure = Object.assign(new Error(SECRET), { body: SECRET });
    log.child({ requestId: "1" }).warn({ failure, error: failure }, "it failed");
    log.fatal({ err: failure }, "the process ends");
    expect(lines).toHaveLength(2);
    expect(lines.join("\n")).not.toContain(SECRET);
  });
});
