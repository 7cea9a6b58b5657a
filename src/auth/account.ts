/** Identifies a person by verified claims of their ID token. */
export interface Account {
  /** The object id of the person in the tenant. */
  readonly oid: string;
  /** The id of the tenant. */
  readonly tid: string;
}
