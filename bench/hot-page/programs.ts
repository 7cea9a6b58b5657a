import { programPath, WEB_APP } from "../processes/build.js";
import type { PageProgram } from "./pages.js";
import { signIn } from "./sessions.js";

/** The bare Express app that the others are compared with. */
export const BARE: PageProgram = {
  args: [programPath("programs/bare-express")],
  begin: async (browser) => {
    await browser.get("/begin");
  },
};

/** An app with MSAL as Microsoft's samples use it. */
export const MSAL: PageProgram = {
  args: [programPath("programs/msal-express")],
  begin: signIn,
};

/** An app with express-openid-connect, which is installed in a folder. */
export function openIdConnect(folder: string): PageProgram {
  const args = [programPath("programs/openid-connect-express")];
  return { args, env: { OTHERS: folder }, begin: signIn };
}

/** The production build of this project; writes a CPU profile into a folder when one is given. */
export function ours(profileFolder: string | undefined): PageProgram {
  const profiler =
    profileFolder === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${profileFolder}`];
  return { args: [...profiler, WEB_APP], begin: signIn };
}

/** Returns a program that keeps its sessions in Redis. */
export function withRedis(program: PageProgram, url: string): PageProgram {
  return { ...program, env: { ...program.env, REDIS_URL: url } };
}
