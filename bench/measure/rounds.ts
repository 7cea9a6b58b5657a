/** A function that measures one round; each contestant of a benchmark has one. */
export type Round<Figures> = () => Promise<Figures>;

/**
 * Runs the contestants in turn, A B A B, so that a slow moment of the machine concerns all of them.
 * One round more comes first and does not count: in it the code is compiled and connections open.
 */
export async function takeTurns<Name extends string, Figures>(
  contestants: Readonly<Record<Name, Round<Figures>>>,
  rounds: number,
): Promise<Readonly<Record<Name, Figures[]>>> {
  const names = Object.keys(contestants) as Name[];
  const figures = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<
    Name,
    Figures[]
  >;
  for (const name of names) await contestants[name]();
  for (let round = 0; round < rounds; round += 1) {
    for (const name of names) figures[name].push(await contestants[name]());
  }
  return figures;
}

/** Returns the middle of some values. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = (sorted.length - 1) / 2;
  const [below, above] = [sorted[Math.floor(middle)], sorted[Math.ceil(middle)]];
  if (below === undefined || above === undefined) throw new Error("There are no figures");
  return (below + above) / 2;
}
