import { AuthorityError } from "./aadsts.js";
import { type Resource, RESOURCES } from "./registration.js";

const OPENID_SCOPES: ReadonlySet<string> = new Set([
  "openid",
  "profile",
  "email",
  "offline_access",
]);

/** A `scope` parameter, understood. */
export interface RequestedScopes {
  /** As they were written, in their order. */
  readonly asWritten: readonly string[];
  readonly openid: boolean;
  readonly offlineAccess: boolean;
  /** Each API that is named, with the names of the scopes that are asked of it. */
  readonly resources: readonly ResourceScopes[];
}

/** The scopes of one API. */
export interface ResourceScopes {
  readonly resource: Resource;
  /** Bare names, such as `Payroll.Read`. */
  readonly names: readonly string[];
}

/**
 * Reads a `scope` parameter.
 *
 * @throws {@link AuthorityError} 70011 when it is empty or names a scope that nobody has.
 */
export function readScopes(text: string): RequestedScopes {
  const asWritten = [...new Set(text.split(" ").filter((scope) => scope !== ""))];
  if (asWritten.length === 0) throw new AuthorityError(70011);
  const named = new Map<Resource, Set<string>>();
  for (const scope of asWritten.filter((each) => !OPENID_SCOPES.has(each))) {
    const { resource, names } = findScope(scope);
    named.set(resource, new Set([...(named.get(resource) ?? []), ...names]));
  }
  return {
    asWritten,
    openid: asWritten.includes("openid"),
    offlineAccess: asWritten.includes("offline_access"),
    resources: [...named].map(([resource, names]) => ({ resource, names: [...names] })),
  };
}

/** The same without the scopes of every API but the first: a token is for one. */
export function ofFirstResource(scopes: RequestedScopes): RequestedScopes {
  const [first] = scopes.resources;
  if (first === undefined || scopes.resources.length === 1) return scopes;
  return {
    ...scopes,
    asWritten: scopes.asWritten.filter(
      (scope) => OPENID_SCOPES.has(scope) || findScope(scope).resource === first.resource,
    ),
    resources: [first],
  };
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
