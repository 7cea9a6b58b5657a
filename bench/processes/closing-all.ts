/** Something that runs until it is closed. */
interface Closable {
  readonly close: () => Promise<void>;
}

/** Registers something to be closed, and returns it. */
export type CloseLater = <Started extends Closable>(started: Started) => Started;

/**
 * Runs a function that starts things and registers each; closes all of them afterwards, the last one
 * first, also when the function fails.
 */
export async function closingAll<Result>(
  run: (closeLater: CloseLater) => Promise<Result>,
): Promise<Result> {
  const started: Closable[] = [];
  try {
    return await run((each) => {
      started.push(each);
      return each;
    });
  } finally {
    for (const each of started.toReversed()) await each.close();
  }
}
