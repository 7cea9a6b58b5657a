import { describe, expect, it } from "vitest";
import { cspSourceOf, isRegisteredUri } from "../../../src/sandbox/directory/clients.js";

describe("isRegisteredUri", () => {
  it.each([
    ["https://app.example", "https://app.example/"],
    ["https://app.example/", "https://app.example"],
    ["https://app.example/redirect", "https://app.example/redirect"],
    ["http://localhost:3000", "http://localhost:3000/"],
    ["http://localhost", "http://localhost:5000/"],
    ["http://localhost:3000/redirect", "http://localhost:5000/redirect"],
    ["http://localhost:3000/redirect", "http://localhost/redirect"],
    ["https://localhost/redirect", "https://localhost:8443/redirect"],
    ["http://127.0.0.1/redirect", "http://127.0.0.1:49152/redirect"],
  ])("is true for %s and %s", (registered, requested) => {
    expect(isRegisteredUri([registered], requested)).toBe(true);
    expect(isRegisteredUri(["http://other.example/", registered], requested)).toBe(true);
  });

  it.each([
    ["https://app.example/redirect", "https://app.example/redirect/"],
    ["https://app.example/redirect", "https://app.example:8443/redirect"],
    ["https://app.example", "https://app.example?a=b"],
    ["https://app.example", "https://app.example.evil.example/"],
    ["http://localhost:3000/redirect", "https://localhost:3000/redirect"],
    ["http://localhost:3000/redirect", "http://127.0.0.1:3000/redirect"],
    ["http://localhost:3000/redirect", "HTTP://LOCALHOST:3000/redirect"],
    ["http://localhost:3000/redirect", "http://localhost:3000/REDIRECT"],
    ["http://localhost:3000/redirect", "http://localhost:99999/redirect"],
    ["http://localhost:3000/redirect", "http://localhost:/redirect"],
    ["http://localhost/redirect", "http://localhost:1@evil.example/redirect"],
    ["http://localhost/redirect", "http://localhost.evil.example/redirect"],
    ["http://localhost/redirect", "http://app.localhost:3000/redirect"],
    ["http://[::1]:3000/redirect", "http://[::1]:5000/redirect"],
    ["http://127.0.0.1/redirect", "http://127x0y0z1:5000/redirect"],
    ["http://localhost/", "not a URI"],
    ["http://localhost/", ""],
  ])("is false for %s and %s", (registered, requested) => {
    expect(isRegisteredUri([registered], requested)).toBe(false);
  });
});

describe("cspSourceOf", () => {
  it.each([
    ["http://localhost:3000/redirect", "http://localhost:*"],
    ["http://127.0.0.1/redirect", "http://127.0.0.1:*"],
    ["https://app.example:8443/redirect", "https://app.example:8443"],
  ])("of %s is %s", (uri, source) => {
    expect(cspSourceOf(uri)).toBe(source);
  });
});
