import { AuthorityError } from "./aadsts.js";
import { type Resource, RESOURCES } from "./registration.js";

const OPENID_SCOPES: readonly string[] = ["openid", "profile", "email", "offline_access"];

/** A `scope` parameter, parsed. */
export interface RequestedScopes {
  /** As they were sent, without repetitions. */
  readonly asWritten: readonly string[];
  /** Those of OpenID Connect. */
  readonly openid: readonly string[];
  /** The scopes of each API that is named. */
  readonly resources: readonly ResourceScopes[];
}

/** The scopes of one API. */
export interface ResourceScopes {
  readonly resource: Resource;
  /** Bare names, such as `Payroll.Read`. */
  readonly names: readonly string[];
}

/**
 * Parses a `scope` parameter.
 *
 * @throws {@link AuthorityError} 70011 when it is empty or names an unknown scope.
 */
export function readScopes(text: string): RequestedScopes {
  const asWritten = [...new Set(text.split(" ").filter((scope) => scope !== ""))];
  if (asWritten.length === 0) throw new AuthorityError(70011);
  const named = new Map<Resource, Set<string>>();
  for (const scope of asWritten.filter((each) => !OPENID_SCOPES.includes(each))) {
    const { resource, names } = findScope(scope);
    named.set(resource, new Set([...(named.get(resource) ?? []), ...names]));
  }
  return {
    asWritten,
    openid: asWritten.filter((scope) => OPENID_SCOPES.includes(scope)),
    resources: [...named].map(([resource, names]) => ({ resource, names: [...names] })),
  };
}

/** Leaves out the scopes of every API but the first, because an access token is for one API. */
export function ofFirstResource(scopes: RequestedScopes): RequestedScopes {
  const [first] = scopes.resources;
  if (first === undefined) return scopes;
  const asWritten = scopes.asWritten.filter(
    (scope) => OPENID_SCOPES.includes(scope) || findScope(scope).resource === first.resource,
  );
  return { ...scopes, asWritten, resources: [first] };
}

function findScope(scope: string): ResourceScopes {
  const slash = scope.lastIndexOf("/");
  const prefix = scope.slice(0, Math.max(slash, 0));
  const name = scope.slice(slash + 1);
  const resource = RESOURCES.find(({ prefixes }) => prefixes.includes(prefix));
  if (resource === undefined) throw new AuthorityError(70011);
  if (name === ".default" && slash > 0) return { resource, names: resource.scopes };
  const known = resource.scopes.find((each) => each.toLowerCase() === name.toLowerCase());
  if (known === undefined) throw new AuthorityError(70011);
  return { resource, names: [known] };
}
