/** The members that MSAL adds to every claims request: the capability `cp1`, and its own. */
const ADDED_BY_MSAL = {
  id_token: {
    signin_state: { essential: false },
    login_hint: { essential: false },
    tenant_region_sub_scope: { essential: false },
  },
  access_token: { xms_cc: { values: ["cp1"] } },
};

/** Returns the claims request that must be on the wire when these claims are asked for. */
export function onTheWire(asked: unknown): unknown {
  const { id_token, access_token, ...others } = (asked ?? {}) as Record<string, object>;
  return {
    ...others,
    id_token: { ...ADDED_BY_MSAL.id_token, ...id_token },
    access_token: { ...access_token, ...ADDED_BY_MSAL.access_token },
  };
}
