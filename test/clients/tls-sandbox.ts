import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { Agent, fetch as undiciFetch } from "undici";
import { type ChildProgram, startProgram } from "../support/child-program.js";
import { allMatches, read, section } from "../support/documents.js";
import { freePort } from "../support/free-port.js";

const TSX = pathToFileURL(resolve("node_modules/tsx/dist/loader.mjs")).href;

/** `npm run sandbox` behind the TLS proxy of docs/sandbox.md. */
export interface TlsSandbox {
  /** Its public origin. */
  readonly url: string;
  readonly payrollUrl: string;
  /** The certificate, for programs that have to trust it. */
  readonly certificatePath: string;
  /** A folder for files of the test. */
  readonly folder: string;
  /** Returns the code that it prints for a library. */
  readonly codeFor: (library: string) => string;
  /** Fetches like a browser that trusts the certificate. */
  readonly fetch: typeof globalThis.fetch;
  readonly close: () => Promise<void>;
}

/** Follows the recipe of docs/sandbox.md word by word, at free ports. */
export async function startTlsSandbox(): Promise<TlsSandbox> {
  const recipe = section(read("docs/sandbox.md"), "Behind a TLS proxy");
  const [proxyPort, sandboxPort, payrollPort] = [
    await freePort(),
    await freePort(),
    await freePort(),
  ];
  const folder = await mkdtemp(join(tmpdir(), "tls-sandbox-"));
  makeCertificate(recipe, folder);
  const [script = ""] = allMatches(recipe, /```js\n([^]*?)```/g);
  const proxyScript = script
    .replace("3002", String(sandboxPort))
    .replace("8443", String(proxyPort));
  await writeFile(join(folder, "tls-proxy.mjs"), proxyScript);
  const certificatePath = join(folder, "cert.pem");
  const url = `https://localhost:${proxyPort}`;
  const proxy = startProgram(["tls-proxy.mjs"], {}, folder);
  const sandbox = startProgram(["--import", TSX, resolve("src/demo/main.ts")], {
    SANDBOX_URL: url,
    NODE_EXTRA_CA_CERTS: certificatePath,
    SANDBOX_PORT: String(sandboxPort),
    PAYROLL_API_PORT: String(payrollPort),
  });
  await sandbox.printed(/Stop with Ctrl-C/);
  const dispatcher = new Agent({ connect: { ca: await readFile(certificatePath, "utf8") } });
  return {
    url,
    payrollUrl: `http://localhost:${payrollPort}`,
    certificatePath,
    folder,
    codeFor: (library) => codeFor(library, sandbox),
    fetch: ((input: string, init?: object) =>
      undiciFetch(input, { ...init, dispatcher })) as unknown as typeof globalThis.fetch,
    close: async () => {
      for (const program of [proxy, sandbox]) {
        program.process.kill("SIGTERM");
        await program.ended();
      }
      await dispatcher.close();
      await rm(folder, { recursive: true });
    },
  };
}

function makeCertificate(recipe: string, folder: string): void {
  const [options = ""] = allMatches(recipe, /^openssl (.*)$/gm);
  execFileSync("openssl", options.split(" "), { cwd: folder, stdio: "pipe" });
}

/** Returns the indented lines below the library's name in what the sandbox prints. */
function codeFor(library: string, { output }: ChildProgram): string {
  const pattern = new RegExp(`^${library}[^\\n]*:\\n((?: {2}.*\\n)+)`, "m");
  return pattern.exec(output())?.[1] ?? "";
}
