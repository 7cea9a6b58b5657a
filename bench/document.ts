import { readFile, writeFile } from "node:fs/promises";

/** The document with the figures of each benchmark. */
const DOCUMENT = "docs/performance.md";

/**
 * Replaces the figures of a benchmark in the document; those of others stay.
 *
 * @throws Error when the document has no place for them.
 */
export async function writeFigures(name: string, figures: string): Promise<void> {
  const text = await readFile(DOCUMENT, "utf8");
  const [begin, end] = [`<!-- begin ${name} -->`, `<!-- end ${name} -->`];
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from === -1 || to < from)
    throw new Error(`${DOCUMENT} has no place between ${begin} and ${end}`);
  const before = text.slice(0, from + begin.length);
  await writeFile(DOCUMENT, `${before}\n\n${figures}\n\n${text.slice(to)}`);
}
