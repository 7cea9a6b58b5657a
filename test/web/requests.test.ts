import { once } from "node:events";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { startActors, useActors } from "../support/actors.js";
import { HttpBrowser } from "../support/http-browser.js";

const actors = useActors();

async function request(path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(actors.url + path, { redirect: "manual", ...init });
}

const WANTS_JSON = { headers: { Accept: "application/json" } };

describe("a form from another site", () => {
  it.each([
    [{ "Sec-Fetch-Site": "cross-site" }, 403],
    // Another port of this machine: the browser sends the Lax cookie along.
    [{ "Sec-Fetch-Site": "same-site", Origin: "http://localhost:1" }, 403],
    [{ Origin: "https://evil.example" }, 403],
    [{ Origin: "null" }, 403],
    [{ "Sec-Fetch-Site": "same-origin" }, 303],
    [{}, 303],
  ])("with %j gets %i", async (headers, status) => {
    expect((await request("/signout", { method: "POST", headers })).status).toBe(status);
  });

  it("does not sign anybody out", async () => {
    const ada = await actors.signIn("Ada");
    const cookie = [...ada.cookies].map((pair) => pair.join("=")).join("; ");
    const headers = { cookie, Origin: "https://evil.example" };
    expect((await request("/signout", { method: "POST", headers })).status).toBe(403);
    expect((await ada.get("/profile")).status).toBe(200);
  });
});

describe("/redirect", () => {
  it.each(["HEAD", "POST", "PUT", "DELETE"])("takes no %s", async (method) => {
    const response = await request("/redirect?code=a&state=b", { method });
    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe("GET");
  });

  it.each([
    ["without anything", "", "ERR_FLOW_UNKNOWN"],
    ["with a state that nobody began", "?code=a&state=b", "ERR_FLOW_UNKNOWN"],
    ["with a parameter twice", "?code=a&code=b&state=c", "ERR_BAD_REQUEST"],
  ])("is refused %s and redirects nowhere", async (_name, query, code) => {
    const response = await request(`/redirect${query}`, WANTS_JSON);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code });
  });

  it("refuses a response that names another issuer", async () => {
    const ada = new HttpBrowser(actors.url);
    const { location = "" } = await ada.get("/signin");
    const answer = new URL(await ada.atSandbox(location, { person: "Ada" }));
    answer.searchParams.set("iss", "https://evil.example/");
    expect((await ada.get(answer.href)).status).toBe(400);
    const tokenRequests = actors.sandboxReceived.filter(({ parameters }) => {
      return parameters.get("code") === answer.searchParams.get("code");
    });
    expect(tokenRequests).toEqual([]);
  });
});

describe("TRACE", () => {
  it.each(["/", "/redirect", "/assets/app.css"])("echoes nothing at %s", async (path) => {
    const headers = { "x-canary": "not-to-be-echoed" };
    const sent = httpRequest(actors.url + path, { method: "TRACE", headers });
    const [response] = (await once(sent.end(), "response")) as [IncomingMessage];
    expect([404, 405]).toContain(response.statusCode);
    expect(await text(response)).not.toContain("not-to-be-echoed");
  });
});

describe("HEAD", () => {
  it.each(["/signin", "/profile", "/payslips"])("begins nothing at %s", async (path) => {
    const response = await request(path, { method: "HEAD" });
    expect(response.status).toBe(405);
    expect(response.headers.get("set-cookie")).toBeNull();
  });
});

describe("a JSON client", () => {
  it.each(["/profile", "/payslips", "/tax-forms", "/bank-account"])(
    "that is not signed in gets 401 and a URL from %s",
    async (path) => {
      const response = await request(path, WANTS_JSON);
      expect(response.status).toBe(401);
      const url = `/signin?returnTo=${encodeURIComponent(path)}`;
      expect(response.headers.get("content-type")).toMatch(/^application\/problem\+json/);
      expect(await response.json()).toEqual({
        status: 401,
        code: "ERR_SIGN_IN_REQUIRED",
        title: expect.any(String) as string,
        detail: expect.any(String) as string,
        url,
      });
    },
  );

  it("gets a code for a page that is not there", async () => {
    const response = await request("/nowhere", WANTS_JSON);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ code: "ERR_NOT_FOUND" });
  });
});

describe("a page", () => {
  it("cannot be framed, scripted or stored", async () => {
    const { headers } = await request("/");
    expect(headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("x-powered-by")).toBeNull();
    expect(headers.get("set-cookie")).toBeNull();
  });

  it("says that the sign-out worked, once", async () => {
    const ada = await actors.signIn("Ada");
    await ada.post("/signout");
    expect((await ada.get("/")).body).toContain("You are signed out.");
    expect((await ada.get("/")).body).not.toContain("You are signed out.");
  });
});

describe("behind https", () => {
  it("serves the path that REDIRECT_URI names", async () => {
    const settings = {
      BASE_URL: "https://app.example",
      REDIRECT_URI: "https://app.example/auth/cb",
    };
    const secure = await startActors({ settings });
    const { status } = await fetch(`${secure.url}/auth/cb`, { method: "POST" });
    expect(status).toBe(405);
    await secure.close();
  });

  it("uses cookies that no subdomain can plant, and HSTS", async () => {
    const secure = await startActors({ settings: { BASE_URL: "https://app.example" } });
    const response = await fetch(`${secure.url}/signin`, { redirect: "manual" });
    const cookie = response.headers.get("set-cookie") ?? "";
    expect(cookie).toMatch(/^__Host-session=/);
    for (const attribute of ["Secure", "HttpOnly", "SameSite=Lax", "Path=/"]) {
      expect(cookie).toContain(attribute);
    }
    expect(response.headers.get("strict-transport-security")).toContain("max-age=");
    const signedOut = await fetch(`${secure.url}/signout`, { method: "POST", redirect: "manual" });
    const notice = signedOut.headers.getSetCookie().find((each) => each.includes("notice"));
    expect(notice).toMatch(/^__Host-notice=signed-out;.*Secure/);
    await secure.close();
  });
});
