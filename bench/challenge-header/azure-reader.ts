import { createRequire } from "node:module";
import { dirname, join } from "node:path";

type ParseCaeChallenge = (header: string) => readonly { readonly claims?: string }[];

/**
 * Returns the reader of `@azure/core-client`, with the decoding that follows it there. The function is
 * internal: it is in a file of its own that the package does not export.
 */
export function azureReader(): (header: string) => void {
  const require = createRequire(import.meta.url);
  const folder = dirname(require.resolve("@azure/core-client"));
  const file = join(folder, "authorizeRequestOnClaimChallenge.js");
  const { parseCAEChallenge } = require(file) as { parseCAEChallenge: ParseCaeChallenge };
  return (header) => {
    const challenge = parseCAEChallenge(header).find(({ claims }) => claims);
    Buffer.from(challenge?.claims ?? "", "base64").toString();
  };
}
