/** The claims request for authentication context c1. */
export const C1 = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}';
/** {@link C1} in base64. */
export const C1_BASE64 = toBase64(C1);

/** The same for c2. */
export const C2 = '{"access_token":{"acrs":{"essential":true,"value":"c2"}}}';
/** {@link C2} in base64. */
export const C2_BASE64 = toBase64(C2);

/** UTF-8 in base64. */
export function toBase64(text: string): string {
  return Buffer.from(text, "utf8").toString("base64");
}

/** A claims request of exactly so many bytes. */
export function claimsOfBytes(bytes: number): string {
  const frame = '{"access_token":{"a":""}}';
  return frame.replace('""', `"${"x".repeat(bytes - frame.length)}"`);
}

/** A claims request that takes exactly so many octets in a URL: up to five of them letters. */
export function claimsOfEncodedOctets(octets: number): string {
  const left = octets - encodeURIComponent(claimsOfBytes(25)).length;
  return claimsOfBytes(25).replace('""', `"${"ä".repeat(left / 6)}${"x".repeat(left % 6)}"`);
}

/** A claims request of so many objects inside one another. */
export function claimsOfDepth(depth: number): string {
  const inner = depth - 2;
  return `{"access_token":${'{"a":'.repeat(inner)}{}${"}".repeat(inner)}}`;
}

/** A claims request of so many values, the object itself and `access_token` included. */
export function claimsOfNodes(nodes: number): string {
  const members = Array.from({ length: nodes - 2 }, (_, index) => `"c${index}":null`);
  return `{"access_token":{${members.join(",")}}}`;
}
