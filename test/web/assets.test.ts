import { readFileSync } from "node:fs";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { get } from "node:http";
import { describe, expect, it } from "vitest";
import { useActors } from "../support/actors.js";

const actors = useActors();
const STYLES = readFileSync("public/app.css");

interface Fetched {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** Requests a path as it is; `fetch` would decode the body. */
async function request(path: string, acceptEncoding?: string): Promise<Fetched> {
  const headers = acceptEncoding === undefined ? {} : { "accept-encoding": acceptEncoding };
  return new Promise((resolve, reject) => {
    get(actors.url + path, { headers }, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("end", () => {
        const { statusCode: status, headers } = response;
        resolve({ status, headers, body: Buffer.concat(parts) });
      });
    }).on("error", reject);
  });
}

/** Returns the addresses of all assets that the home page names. */
async function assetsOfHome(): Promise<string[]> {
  const { body } = await request("/");
  return [...body.toString().matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map(
    ([, url = ""]) => url,
  );
}

async function stylesUrl(): Promise<string> {
  return (await assetsOfHome()).find((url) => url.endsWith(".css")) ?? "";
}

describe("an asset", () => {
  it("has a name that changes with its content, and is kept for a year", async () => {
    const urls = await assetsOfHome();
    expect(urls.length).toBeGreaterThan(2);
    for (const url of urls) {
      expect(url).toMatch(/^\/assets\/[a-z]+\.[\da-f]{8}\.(?:css|js|svg)$/);
      const { status, headers } = await request(url);
      expect(status).toBe(200);
      expect(headers["cache-control"]).toBe("public, max-age=31536000, immutable");
      expect(headers["content-type"]).toMatch(/^(?:text\/css|text\/javascript|image\/svg\+xml)/);
      expect(headers["set-cookie"]).toBeUndefined();
    }
  });

  it.each([
    { accept: "gzip, deflate, br", encoding: "br", decode: brotliDecompressSync },
    { accept: "gzip", encoding: "gzip", decode: gunzipSync },
    { accept: "br;q=0, gzip;q=0.5", encoding: "gzip", decode: gunzipSync },
  ])("is compressed for a browser that accepts $accept", async ({ accept, encoding, decode }) => {
    const { headers, body } = await request(await stylesUrl(), accept);
    expect(headers["content-encoding"]).toBe(encoding);
    expect(headers.vary).toContain("Accept-Encoding");
    expect(body.length).toBeLessThan(STYLES.length / 2);
    expect(decode(body)).toEqual(STYLES);
  });

  it.each([undefined, "identity", "zstd"])(
    "is sent as it is to a client that accepts %s",
    async (accept) => {
      const { headers, body } = await request(await stylesUrl(), accept);
      expect(headers["content-encoding"]).toBeUndefined();
      expect(body).toEqual(STYLES);
    },
  );

  it.each(["app.css", "app.00000000.css"])(
    "is served, but not kept, under the name of another version: %s",
    async (name) => {
      const { status, headers, body } = await request(`/assets/${name}`);
      expect(status).toBe(200);
      expect(headers["cache-control"]).toBe("no-cache");
      expect(body).toEqual(STYLES);
    },
  );

  it.each([
    "nothing.css",
    "sandbox.css",
    "sandbox%2Fsandbox.css",
    "..%2Fpackage.json",
    "__proto__",
  ])("is not there: %s", async (name) => {
    expect((await request(`/assets/${name}`)).status).toBe(404);
  });
});
