import { randomUUID } from "node:crypto";
import type { ServerResponse } from "node:http";
import type { JWTPayload } from "jose";
import { metadataOf, responseUrl } from "./authority-documents.js";
import { createGrants, tokenError } from "./authority-grants.js";
import { createSigningKeys, type Deviation, type SigningKeys } from "./authority-keys.js";
import { accessTokenClaims, clientInfo, idTokenClaims, makePerson } from "./authority-tokens.js";
import type { Person, SignIn } from "./authority-tokens.js";
import { listen, type Listening, readRequest, type SeenRequest, type Tls } from "./listen.js";
import { type ScriptedAnswer, sendScripted } from "./scripted-api.js";

/** Members that replace those of a token or document; `undefined` removes one. */
export type Overrides = Readonly<Record<string, unknown>>;

/** How {@link startAuthority} is set up. */
export interface AuthorityOptions {
  /** With a certificate it speaks https on localhost; otherwise http on 127.0.0.1. */
  readonly tls?: Tls;
  /** When set, a token request that carries another secret is refused as Entra does (7000215). */
  readonly clientSecret?: string;
  /** The clock, in milliseconds; the machine's unless given. */
  readonly now?: () => number;
}

/**
 * An OpenID provider of the tests' own, with Entra's v2.0 paths and shapes. It shares no code with
 * the sandbox, and a test may dictate any response. It has no pages: `/authorize` redirects at once
 * and signs {@link TestAuthority.person} in.
 */
export interface TestAuthority extends Listening {
  readonly tenantId: string;
  readonly issuer: string;
  /** Every request, in order. */
  readonly seen: SeenRequest[];
  /** Who signs in at the next authorization request. */
  person: Person;
  /** Responses that the token endpoint sends first, in order, each once, in place of its own. */
  readonly nextTokenAnswers: ScriptedAnswer[];
  /** The response to discovery, in place of the metadata. */
  metadataAnswer: ScriptedAnswer | undefined;
  /** The response to a request for the keys, in place of these. */
  keysAnswer: ScriptedAnswer | undefined;
  /** The one app whose metadata leads to the keys, as with a claims mapping policy. */
  ownKeysOf: string | undefined;
  /** Sent back to the redirect URI by the next authorization request in place of a code. */
  nextAuthorizeAnswer: Readonly<Record<string, string>> | undefined;
  /** How every document and token deviates from now on. */
  readonly misissue: {
    metadata: Overrides;
    idToken: Overrides;
    idTokenSignature: Deviation;
    accessToken: Overrides;
    /** Members of the token response itself. */
    tokenResponse: Overrides;
  };
  /** Returns the requests to paths with this end, such as `/token`. */
  readonly requestsTo: (pathEnd: string) => readonly SeenRequest[];
  /** Issues an access token of {@link TestAuthority.person} without any request. */
  readonly mintAccessToken: (mint: MintOptions) => Promise<string>;
  /** Signs any claims with the current key. */
  readonly sign: SigningKeys["sign"];
  readonly rotateKey: () => Promise<void>;
  /** Refuses every refresh token issued so far. */
  readonly revokeGrants: () => void;
}

/** The content of a token of {@link TestAuthority.mintAccessToken}. */
export interface MintOptions {
  /** Such as `api://payroll/Payroll.Read`. */
  readonly scope: string;
  /** Members that replace the token's; `undefined` removes one. */
  readonly claims?: Overrides;
  readonly deviation?: Deviation;
}

/** Makes an authority issue everything rightly again. */
export function behave({ misissue }: TestAuthority): void {
  misissue.metadata = {};
  misissue.idToken = {};
  misissue.idTokenSignature = {};
  misissue.accessToken = {};
  misissue.tokenResponse = {};
}

/** Starts an authority on a free port. */
export async function startAuthority(options: AuthorityOptions = {}): Promise<TestAuthority> {
  const keys = await createSigningKeys();
  const { now = Date.now } = options;
  const grants = createGrants(now);
  const tenantId = randomUUID();
  const seen: SeenRequest[] = [];

  const endpoints: Readonly<
    Record<string, (request: SeenRequest, out: ServerResponse) => unknown>
  > = {
    "/v2.0/.well-known/openid-configuration": ({ params }, out) => {
      const { metadataAnswer, misissue, ownKeysOf } = authority;
      const appId = params["appid"] === ownKeysOf ? ownKeysOf : undefined;
      const own = metadataOf({ origin: listening.url, tenantId, appId });
      sendScripted(out, metadataAnswer ?? { status: 200, body: { ...own, ...misissue.metadata } });
    },
    "/discovery/v2.0/keys": ({ params }, out) => {
      const { ownKeysOf, keysAnswer } = authority;
      const isHidden = ownKeysOf !== undefined && params["appid"] !== ownKeysOf;
      const own = { status: 200, body: isHidden ? { keys: [] } : keys.jwks() };
      sendScripted(out, keysAnswer ?? own);
    },
    "/oauth2/v2.0/authorize": respondToAuthorize,
    "/oauth2/v2.0/token": respondToToken,
    "/oauth2/v2.0/logout": (request, out) => {
      const to = request.params["post_logout_redirect_uri"];
      sendScripted(out, to ? { status: 302, headers: { location: to } } : { status: 200 });
    },
  };

  const listening = await listen((incoming, response) => {
    void readRequest(incoming).then(async (request) => {
      seen.push(request);
      const endpoint = endpoints[request.path.replace(/^\/[^/]+/, "")];
      if (endpoint) await endpoint(request, response);
      else sendScripted(response, { status: 404 });
    });
  }, options.tls);
  const issuer = `${listening.url}/${tenantId}/v2.0`;

  function respondToAuthorize({ params }: SeenRequest, out: ServerResponse): void {
    const dictated = authority.nextAuthorizeAnswer;
    authority.nextAuthorizeAnswer = undefined;
    const response = dictated ?? { code: grants.authorize(params, authority.person) };
    sendScripted(out, { status: 302, headers: { location: responseUrl(params, response) } });
  }

  async function respondToToken(request: SeenRequest, out: ServerResponse): Promise<void> {
    const scripted = authority.nextTokenAnswers.shift();
    sendScripted(out, scripted ?? (await ownTokenResponse(request)));
  }

  async function ownTokenResponse(request: SeenRequest): Promise<ScriptedAnswer> {
    const { client_secret: secret, client_assertion: assertion } = request.params;
    if (options.clientSecret !== undefined && !assertion && secret !== options.clientSecret) {
      return tokenError(7000215, "invalid_client");
    }
    const { granted, refused } = grants.redeem(request);
    return granted ? { status: 200, body: await tokens(granted) } : refused;
  }

  async function tokens(signIn: SignIn): Promise<Overrides> {
    const { misissue } = authority;
    const idToken = { ...idTokenClaims({ issuer, tenantId, now }, signIn), ...misissue.idToken };
    return {
      token_type: "Bearer",
      scope: signIn.scope.replace(/ ?\boffline_access\b/, ""),
      expires_in: 3600,
      ext_expires_in: 3600,
      access_token: await keys.sign(accessClaims(signIn)),
      refresh_token: grants.issueRefreshToken(signIn),
      id_token: await keys.sign(idToken, misissue.idTokenSignature),
      client_info: clientInfo(tenantId, signIn.person),
      ...misissue.tokenResponse,
    };
  }

  function accessClaims(signIn: SignIn): JWTPayload {
    const acrs = grants.reached(signIn.person);
    return {
      ...accessTokenClaims({ issuer, tenantId, now }, signIn),
      ...(acrs.length > 0 && { acrs }),
      ...authority.misissue.accessToken,
    };
  }

  async function mintAccessToken({ scope, claims, deviation }: MintOptions): Promise<string> {
    const signIn = { person: authority.person, clientId: randomUUID(), scope, sid: randomUUID() };
    const authTime = Math.floor(now() / 1000);
    return keys.sign({ ...accessClaims({ ...signIn, authTime }), ...claims }, deviation);
  }

  const authority: TestAuthority = {
    ...listening,
    tenantId,
    issuer,
    seen,
    person: makePerson("Ada"),
    nextTokenAnswers: [],
    nextAuthorizeAnswer: undefined,
    metadataAnswer: undefined,
    keysAnswer: undefined,
    ownKeysOf: undefined,
    misissue: {
      metadata: {},
      idToken: {},
      idTokenSignature: {},
      accessToken: {},
      tokenResponse: {},
    },
    requestsTo: (pathEnd) => seen.filter(({ path }) => path.endsWith(pathEnd)),
    mintAccessToken,
    sign: keys.sign,
    rotateKey: keys.rotate,
    revokeGrants: grants.revokeAll,
  };
  return authority;
}
