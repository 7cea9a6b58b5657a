import { describe, expect, it } from "vitest";
import { useActors } from "../support/actors.js";

const EXPECTED = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "same-origin",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
};

/** ASVS 5.0, 3.4.3 and 3.4.6, asks for the last three by name. */
const RESTRICTIVE = ["default-src", "object-src", "base-uri", "frame-ancestors"].map(
  (each) => `${each} 'none'`,
);

const actors = useActors();

describe("every response", () => {
  it.each([
    ["a page", "/", {}],
    ["a redirect", "/signin", {}],
    ["a problem", "/nowhere", {}],
    ["JSON", "/profile", { accept: "application/json" }],
    ["an asset", "/assets/app.css", {}],
    ["liveness", "/healthz", {}],
    ["a refused prefetch", "/", { "sec-purpose": "prefetch" }],
  ])("has the security headers: %s", async (_name, path, headers) => {
    const response = await fetch(actors.url + path, { headers, redirect: "manual" });
    const received = Object.fromEntries(response.headers);
    expect(received).toMatchObject(EXPECTED);
    const policy = (received["content-security-policy"] ?? "").split(";");
    expect(policy).toEqual(expect.arrayContaining([...RESTRICTIVE, "connect-src 'self'"]));
    expect(received["x-powered-by"]).toBeUndefined();
    const features = (received["permissions-policy"] ?? "").split(", ");
    expect(features).toEqual(expect.arrayContaining(["camera=()", "geolocation=()", "usb=()"]));
    expect(features.filter((each) => !/^[a-z-]+=\(\)$/.test(each))).toEqual([]);
    expect(new Set(features).size).toBe(features.length);
  });

  it("makes the browser forget pages at a sign-out, and no cookies of other hosts", async () => {
    const ada = await actors.signIn("Ada");
    const { headers } = await ada.post("/signout");
    expect(headers.get("clear-site-data")).toBe('"cache", "storage"');
    expect((await ada.get("/")).headers.get("clear-site-data")).toBeNull();
  });
});

describe("the web app", () => {
  it("serves none of the sandbox's files", async () => {
    const { url, sandbox } = actors;
    expect((await fetch(`${sandbox.url}/assets/sandbox.css`)).status).toBe(200);
    for (const path of ["/assets/sandbox.css", "/assets/sandbox/sandbox.css"]) {
      expect((await fetch(url + path)).status).toBe(404);
    }
  });
});
