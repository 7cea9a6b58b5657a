import { describe, expect, it } from "vitest";
import { createAuth } from "../../src/auth/create-auth.js";
import { readConfig } from "../../src/config/config.js";
import { OWN_PATHS } from "../../src/config/conflicts.js";
import { createMemoryStore } from "../../src/store/memory-store.js";
import { createApp } from "../../src/web/app.js";
import { createCollectedLog } from "../support/collected-log.js";
import { settingsFor } from "../support/web-app.js";

/** A layer of Express's router, as far as it is read here. */
interface Layer {
  readonly route?: { readonly path: string };
  readonly handle?: { readonly stack?: readonly Layer[] };
}

function pathsOf(layers: readonly Layer[]): readonly string[] {
  return layers.flatMap(({ route, handle }) => route?.path ?? pathsOf(handle?.stack ?? []));
}

describe("the paths that REDIRECT_URI may not have", () => {
  it("are those of all pages", async () => {
    const config = readConfig({
      ...settingsFor({
        authority: { url: "http://127.0.0.1:1", tenantId: "contoso.example" },
        graphUrl: "http://127.0.0.1:2",
        payrollUrl: "http://127.0.0.1:3",
        payrollScopes: ["api://p/Payroll.Read"],
      }),
      BASE_URL: "http://localhost:4",
    });
    const { authority: settings, client } = config;
    const store = createMemoryStore({ now: Date.now });
    const app = await createApp({
      ...{ config, store, fetch, now: Date.now, log: createCollectedLog("silent").log },
      auth: createAuth({ settings, client, store }),
      isDraining: () => false,
    });
    const { stack } = app.router as unknown as { readonly stack: readonly Layer[] };
    // A route with a pattern is no page: middleware for one method, or the assets.
    const paths = pathsOf(stack).filter((path) => path !== "/redirect" && !/[*:]/.test(path));
    expect(paths.length).toBeGreaterThan(8);
    expect(paths.filter((path) => !OWN_PATHS.includes(path))).toEqual([]);
  });
});
