import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** A static import or re-export of a package; `node:` and relative ones have another beginning. */
const PACKAGE_IMPORT = /^(?:import|export) (?:[^;"]* from )?"((?:@[\w-]+\/)?[\w-]+)";$/gm;

/** Returns the packages that the modules of a folder load at their start. */
export async function packagesOf(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const modules = entries.filter((entry) => entry.isFile() && entry.name.endsWith(".js"));
  const names = new Set<string>();
  for (const { parentPath, name } of modules) {
    const source = await readFile(join(parentPath, name), "utf8");
    for (const [, found] of source.matchAll(PACKAGE_IMPORT)) names.add(found ?? "");
  }
  return [...names];
}
