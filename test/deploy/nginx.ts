import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Agent, fetch as undiciFetch } from "undici";
import { type ChildProgram, startCommand } from "../support/child-program.js";
import { findNginx } from "../support/find-nginx.js";
import { freePort } from "../support/free-port.js";
import { makeSelfSigned } from "../support/self-signed.js";

/** nginx with the file of `deploy/`. */
export interface Nginx {
  /** Its origin: `https://localhost:<port>`. */
  readonly url: string;
  /** Its port without TLS. */
  readonly plainPort: number;
  /** Fetches like a browser that trusts its certificate. */
  readonly fetch: typeof globalThis.fetch;
  /** All that it has logged. */
  readonly output: () => string;
  readonly close: () => Promise<void>;
}

/** Starts nginx in front of instances of the web app, which need not run yet. */
export async function startNginx(instances: readonly [number, number]): Promise<Nginx> {
  const path = findNginx();
  if (path === undefined) throw new Error("There is no nginx: npm run test:browser-ready");
  const [port, plainPort] = [await freePort(), await freePort()];
  const folder = await mkdtemp(join(tmpdir(), "nginx-"));
  await mkdir(join(folder, "nginx"));
  const { cert, key } = makeSelfSigned();
  await writeFile(join(folder, "certificate.pem"), cert);
  await writeFile(join(folder, "key.pem"), key);
  const text = replaceEach(await readFile("deploy/nginx.conf", "utf8"), [
    ["app-1:3000", `127.0.0.1:${instances[0]}`],
    ["app-2:3000", `127.0.0.1:${instances[1]}`],
    ["listen 443 ", `listen 127.0.0.1:${port} `],
    ["listen 80;", `listen 127.0.0.1:${plainPort};`],
    ["/etc/nginx/tls/", `${folder}/`],
    // The standard output is a socket here, which nobody can open.
    ["/dev/stdout", join(folder, "access.log")],
    ["/tmp/nginx/", `${folder}/nginx/`],
  ]);
  const file = join(folder, "nginx.conf");
  await writeFile(file, text);
  const program = startCommand([path, "-c", file, "-g", "daemon off;"], {});
  const url = `https://localhost:${port}`;
  await untilItListens(program, plainPort);
  const dispatcher = new Agent({ connect: { ca: cert } });
  return {
    url,
    plainPort,
    output: () => program.output() + readFileSync(join(folder, "access.log"), "utf8"),
    fetch: ((input: string, init?: object) =>
      undiciFetch(input, { ...init, dispatcher })) as unknown as typeof globalThis.fetch,
    close: async () => {
      program.process.kill("SIGTERM");
      await program.ended();
      await dispatcher.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** Replaces texts, each of which must be there, so that the test runs what people would run. */
function replaceEach(text: string, pairs: readonly (readonly [string, string])[]): string {
  return pairs.reduce((result, [from, to]) => {
    if (!result.includes(from)) throw new Error(`deploy/nginx.conf does not contain ${from}`);
    return result.replaceAll(from, to);
  }, text);
}

async function untilItListens(program: ChildProgram, port: number): Promise<void> {
  const ended = once(program.process, "exit").then(() => {
    throw new Error(`nginx ended:\n${program.output()}`);
  });
  async function listens(): Promise<void> {
    for (;;) {
      const response = await fetch(`http://127.0.0.1:${port}/`, { redirect: "manual" }).catch(
        () => undefined,
      );
      if (response !== undefined) return;
      await new Promise(setImmediate);
    }
  }
  await Promise.race([listens(), ended]);
}
