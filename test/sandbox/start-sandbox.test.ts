import { describe, expect, it } from "vitest";
import { ConfigError } from "../../src/errors.js";
import { startTestSandbox } from "./test-client.js";

describe("startSandbox", () => {
  it("refuses to start in production", async () => {
    const starting = startTestSandbox({ nodeEnv: "production" });
    await expect(starting).rejects.toBeInstanceOf(ConfigError);
  });

  it("rejects when its port is taken", async () => {
    const first = await startTestSandbox();
    const { port } = first;
    await expect(startTestSandbox({ port })).rejects.toMatchObject({ code: "EADDRINUSE" });
    await first.close();
  });
});
