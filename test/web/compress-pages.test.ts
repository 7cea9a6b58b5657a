import { describe, expect, it } from "vitest";
import { useActors } from "../support/actors.js";

const actors = useActors();

async function encodingOf(path: string, accept: string, cookie = ""): Promise<string | null> {
  const headers = { "accept-encoding": accept, cookie };
  const response = await fetch(actors.url + path, { headers });
  expect(response.status).toBe(200);
  expect(await response.text()).toContain("</html>");
  return response.headers.get("content-encoding");
}

describe("a page", () => {
  it("is compressed for a browser that accepts it", async () => {
    expect(await encodingOf("/", "gzip")).toBe("gzip");
    expect(await encodingOf("/", "gzip, deflate, br")).toBe("br");
    expect(await encodingOf("/", "identity")).toBeNull();
  });

  it("of an API is not: the most frequent pages are small", async () => {
    const ada = await actors.signIn("Ada");
    const cookie = [...ada.cookies].map((pair) => pair.join("=")).join("; ");
    expect(await encodingOf("/profile", "gzip, deflate, br", cookie)).toBeNull();
  });
});
