import { createHmac } from "node:crypto";
import type { JWTPayload } from "jose";
import type { SandboxState } from "../sandbox-state.js";
import type { TokenHeader } from "../token/signing-keys.js";
import type { Misbehaviour } from "./misbehaviours.js";

const OTHER_ID = "5a4db0c5-9999-4999-8999-000000000099";
const OTHER_ISSUER = `https://login.microsoftonline.com/${OTHER_ID}/v2.0`;
const HOUR_SECONDS = 3600;

/** The claims of an ID token, and what a forger needs besides. */
export interface IdTokenOrder {
  readonly claims: JWTPayload & { readonly iat: number; readonly exp: number };
  readonly clientId: string;
  readonly isRenewal: boolean;
}

type ChangeClaims = (order: IdTokenOrder) => Readonly<Record<string, unknown>>;

/** The claims that replace the right ones; `undefined` removes one. */
const CHANGES: Partial<Record<Misbehaviour, ChangeClaims>> = {
  "iss-wrong": () => ({ iss: OTHER_ISSUER }),
  "iss-missing": () => ({ iss: undefined }),
  "aud-wrong": () => ({ aud: OTHER_ID }),
  "aud-missing": () => ({ aud: undefined }),
  "aud-second": ({ clientId }) => ({ aud: [clientId, OTHER_ID], azp: clientId }),
  "azp-wrong": () => ({ azp: OTHER_ID }),
  "sub-missing": () => ({ sub: undefined }),
  "sub-empty": () => ({ sub: "" }),
  "oid-missing": () => ({ oid: undefined }),
  "tid-wrong": () => ({ tid: OTHER_ID }),
  "tid-missing": () => ({ tid: undefined }),
  "ver-wrong": () => ({ ver: "1.0" }),
  "iat-missing": () => ({ iat: undefined }),
  "iat-old": ({ claims }) => ({ iat: claims.iat - HOUR_SECONDS, nbf: claims.iat - HOUR_SECONDS }),
  "iat-future": ({ claims }) => ({ iat: claims.iat + HOUR_SECONDS / 2 }),
  "exp-missing": () => ({ exp: undefined }),
  "exp-past": ({ claims }) => ({ exp: claims.iat - HOUR_SECONDS }),
  "nbf-future": ({ claims }) => ({ nbf: claims.iat + HOUR_SECONDS / 2 }),
  "nonce-wrong": () => ({ nonce: "another" }),
  "nonce-missing": () => ({ nonce: undefined }),
  "at-hash-wrong": () => ({ at_hash: "AAAAAAAAAAAAAAAAAAAAAA" }),
  "refresh-other-sub": ({ isRenewal }) => (isRenewal ? { sub: "another" } : {}),
  "refresh-other-issuer": ({ isRenewal }) => (isRenewal ? { iss: OTHER_ISSUER } : {}),
};

/** The headers that replace the right one. */
const HEADERS: Partial<Record<Misbehaviour, TokenHeader>> = {
  "typ-wrong": { typ: "at+jwt" },
  "kid-missing": { typ: "JWT", kid: null },
  "kid-unknown": { typ: "JWT", kid: "unknown" },
};

type ForgeSignature = (token: string, secret: string) => string;

/** What becomes of a signed token; `secret` is the client's. */
const SIGNATURES: Partial<Record<Misbehaviour, ForgeSignature>> = {
  "alg-none": (token) => `${encode({ ...headerOf(token), alg: "none" })}.${payloadOf(token)}.`,
  "alg-hs256": (token, secret) => {
    const signed = `${encode({ ...headerOf(token), alg: "HS256" })}.${payloadOf(token)}`;
    return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
  },
  "signature-wrong": (token) => {
    const end = token.lastIndexOf(".") + 1;
    const signature = Buffer.from(token.slice(end), "base64url").reverse();
    return token.slice(0, end) + signature.toString("base64url");
  },
};

/** Signs an ID token, with the error that the state asks for, if any. */
export async function signOrForgeIdToken(
  state: SandboxState,
  order: IdTokenOrder,
): Promise<string> {
  const { misbehaviour } = state;
  if (misbehaviour === undefined) return state.keys.sign(order.claims, { typ: "JWT" });
  const claims = { ...order.claims, ...CHANGES[misbehaviour]?.(order) };
  if (misbehaviour === "key-rotated") await state.keys.rotate();
  const token = await state.keys.sign(claims, HEADERS[misbehaviour] ?? { typ: "JWT" });
  const secret = state.clients.get(order.clientId)?.clientSecret ?? "";
  return SIGNATURES[misbehaviour]?.(token, secret) ?? token;
}

function headerOf(token: string): object {
  const [header = ""] = token.split(".");
  return JSON.parse(Buffer.from(header, "base64url").toString()) as object;
}

function payloadOf(token: string): string {
  return token.split(".")[1] ?? "";
}

function encode(header: object): string {
  return Buffer.from(JSON.stringify(header)).toString("base64url");
}
