/**
 * Returns whether a text contains a secret: as it is, in another case, percent-encoded, in JSON, in
 * hexadecimal digits, or in Base64 of any longer text.
 */
export function isMarked(text: string, secret: string): boolean {
  const writings = [
    secret,
    secret.toLowerCase(),
    encodeURIComponent(secret),
    new URLSearchParams([["", secret]]).toString().slice(1),
    JSON.stringify(secret).slice(1, -1),
    Buffer.from(secret).toString("hex"),
    ...insideBase64(secret),
  ];
  return writings.some((each) => text.includes(each));
}

/** Returns the middle of a secret's Base64, which depends on where it begins in the encoded text. */
function insideBase64(secret: string): readonly string[] {
  return [0, 1, 2].flatMap((offset) => {
    const bytes = Buffer.from(secret).subarray(offset);
    const whole = bytes.subarray(0, bytes.length - (bytes.length % 3));
    return [whole.toString("base64"), whole.toString("base64url")];
  });
}
