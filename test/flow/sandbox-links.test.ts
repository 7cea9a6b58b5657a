import { describe, expect, it } from "vitest";
import { useActors } from "../support/actors.js";
import { buttonsOf } from "./page-buttons.js";

describe("a page in the sandbox", () => {
  const actors = useActors();

  it("links from a refusal to the switch that resolves it, and back to the page", async () => {
    const cleo = await actors.signIn("Cleo");
    const refused = await cleo.open("/tax-forms");
    expect(refused.body).toContain("ERR_DEVICE_NOT_MANAGED");
    const [first] = buttonsOf(refused);
    expect(first?.label).toBe("Make the device compliant and try again");
    const link = new URL(first?.href ?? "");
    expect(link.origin).toBe(new URL(actors.sandbox.url).origin);
    expect(Object.fromEntries(link.searchParams)).toEqual({
      person: "cleo@sandbox.example",
      do: "deviceCompliant",
      returnTo: `${actors.url}/tax-forms`,
    });
  });

  it("links to the switch of somebody who has lost the app", async () => {
    const ada = await actors.signIn("Ada");
    await actors.control("people/ada", { assigned: false });
    const refused = await ada.open("/payslips");
    await actors.control("people/ada", { assigned: true });
    expect(refused.body).toContain("ERR_NOT_ASSIGNED");
    const [first] = buttonsOf(refused);
    expect(new URL(first?.href ?? "").searchParams.get("do")).toBe("assigned");
  });

  it.each([
    { endpoint: "graph", path: "/profile" },
    { endpoint: "token", path: "/payslips" },
    { endpoint: "payroll", path: "/tax-forms" },
  ])("links to the switch of an endpoint that fails: $endpoint", async ({ endpoint, path }) => {
    const ada = await actors.signIn("Ada");
    await actors.control("faults", { endpoint, mode: "error" });
    const [first] = buttonsOf(await ada.get(path));
    await actors.control("faults", { endpoint, mode: "none" });
    const { searchParams } = new URL(first?.href ?? "");
    expect([searchParams.get("do"), searchParams.get("to")]).toEqual(["faults", endpoint]);
  });

  it("links from each card to a switch that causes its challenge", async () => {
    const ada = await actors.signIn("Ada");
    const { body } = await ada.get("/");
    const links = [...body.matchAll(/href="(http[^"]*[?&]amp;do=[^"]*|http[^"]*do=[^"]*)"/g)];
    const asked = links.map(([, href = ""]) => {
      const { searchParams } = new URL(href.replaceAll("&amp;", "&"));
      return ["do", "to", "returnTo"].map((name) => searchParams.get(name));
    });
    expect(asked).toEqual([
      ["revoke-sessions", "kept", `${actors.url}/profile`],
      ["revoke-sessions", "gone", `${actors.url}/payslips`],
      ["age-sign-in", "600", `${actors.url}/bank-account`],
      ["deviceCompliant", "false", `${actors.url}/tax-forms`],
    ]);
  });
});
