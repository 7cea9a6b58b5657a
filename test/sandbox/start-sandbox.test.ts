import { afterEach, describe, expect, it, vi } from "vitest";
import { ConfigError } from "../../src/errors.js";
import { startTestSandbox } from "./test-client.js";

afterEach(() => {
  vi.unstubAllEnvs();
});

describe("startSandbox", () => {
  it.each(["production", "Production", " PRODUCTION "])(
    "refuses to start when NODE_ENV is %j, passed on or not",
    async (nodeEnv) => {
      await expect(startTestSandbox({ nodeEnv })).rejects.toBeInstanceOf(ConfigError);
      vi.stubEnv("NODE_ENV", nodeEnv);
      await expect(startTestSandbox()).rejects.toBeInstanceOf(ConfigError);
    },
  );

  it("rejects when its port is taken", async () => {
    const first = await startTestSandbox();
    const { port } = first;
    await expect(startTestSandbox({ port })).rejects.toMatchObject({ code: "EADDRINUSE" });
    await first.close();
  });
});
