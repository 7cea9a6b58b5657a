import { describe, expect, it } from "vitest";
import { CLIENT_SETTING_NAMES } from "../../src/config/setting-names.js";
import { namesTenant } from "../../src/config/tenant-choice.js";
import { ConfigError } from "../../src/errors.js";

const SECRET = "hunter2hunter2";

describe("namesTenant", () => {
  it("is true with a tenant, and false without a tenant and a client", () => {
    expect(namesTenant({ TENANT_ID: "contoso.example", CLIENT_ID: "client" })).toBe(true);
    expect(namesTenant({ TENANT_ID: " ", CLIENT_ID: "" })).toBe(false);
    expect(namesTenant({})).toBe(false);
  });

  it.each(CLIENT_SETTING_NAMES)("reports %s without a tenant, and not its value", (name) => {
    let problems: readonly string[] = [];
    try {
      namesTenant({ [name]: SECRET });
    } catch (error) {
      if (error instanceof ConfigError) ({ problems } = error);
    }
    expect(problems.join("\n")).toContain("TENANT_ID is missing");
    expect(problems.join("\n")).toContain(name);
    expect(problems.join("\n")).not.toContain(SECRET);
  });
});
