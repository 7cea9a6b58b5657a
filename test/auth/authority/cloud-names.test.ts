import { describe, expect, it } from "vitest";
import {
  authorityOrigins,
  cloudInstanceFor,
} from "../../../src/auth/authority/microsoft-clouds.js";

const TENANT = "3f1c9a52-7b8e-4d0a-9c61-2f5e8d7b4a10";

function originsOf(cloudInstance: string, tenantId = TENANT): readonly string[] {
  return authorityOrigins({ cloudInstance, tenantId });
}

describe("the origins of an authority", () => {
  it.each([
    "http://localhost:3002",
    "http://127.0.0.1",
    "https://127.10.20.30",
    "http://[::1]:3002",
  ])("are one on this machine: %s", (origin) => {
    expect(originsOf(origin)).toEqual([origin]);
  });

  it.each([
    ...["https://localhost.example.com", "https://my-localhost", "https://127.0.0.1.example.com"],
    "https://x127.0.0.1.localhost.example",
  ])("are those of the public cloud for a custom domain: %s", (origin) => {
    const origins = originsOf(origin);
    expect(origins).toContain(origin);
    expect(origins).toContain("https://login.microsoftonline.com");
    expect(origins).toContain(`https://${TENANT}.ciamlogin.com`);
  });

  it.each([
    ["contoso.onmicrosoft.com", ["https://contoso.ciamlogin.com"]],
    ["Contoso.OnMicrosoft.com", ["https://contoso.ciamlogin.com"]],
    [TENANT, [`https://${TENANT}.ciamlogin.com`]],
    ["contoso.example.com", []],
    ["a.contoso.onmicrosoft.com", []],
    ["contoso.onmicrosoft.com.example.com", []],
  ])("have the host of the external tenant %s", (tenantId, expected) => {
    const origins = originsOf("https://login.microsoftonline.com", tenantId);
    expect(origins.filter((origin) => !/microsoft|windows/.test(origin))).toEqual(expected);
  });

  it("have no external tenants in the other clouds", () => {
    for (const host of ["login.microsoftonline.us", "login.partner.microsoftonline.cn"]) {
      expect(originsOf(`https://${host}`).join()).not.toContain("ciamlogin");
    }
  });
});

describe("the setting that fits an address", () => {
  it.each([
    ["https://login.windows.net/x", "https://login.microsoftonline.com"],
    ["https://contoso.ciamlogin.com/x", "https://contoso.ciamlogin.com"],
    ["https://evilciamlogin.com", undefined],
    ["https://ciamlogin.com.example.com", undefined],
    ["https://login.example.com", undefined],
    ["http://login.windows.net", undefined],
    ["https://login.windows.net:8443", undefined],
  ])("is there for Microsoft's alone: %s", (address, expected) => {
    expect(cloudInstanceFor(new URL(address))).toBe(expected);
  });
});
