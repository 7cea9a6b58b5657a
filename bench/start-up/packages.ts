import { readFile } from "node:fs/promises";
import { join, dirname } from "node:path";

/** A static import or re-export of a module or package. */
const STATIC_IMPORT = /^(?:import|export) (?:[^;"]* from )?"([^"]+)";$/gm;

/**
 * Returns the packages that a program loads at its start: those that its modules import statically,
 * from the given one on.
 */
export async function packagesOf(program: string): Promise<readonly string[]> {
  const names = new Set<string>();
  const modules = new Set([program]);
  for (const path of modules) {
    const source = await readFile(path, "utf8");
    for (const [, name = ""] of source.matchAll(STATIC_IMPORT)) {
      if (name.startsWith(".")) modules.add(join(dirname(path), name));
      else if (!name.startsWith("node:")) names.add(name);
    }
  }
  return [...names];
}
