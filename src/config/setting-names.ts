/** The names of all settings: of the web app, the Payroll API and the sandbox. */
export const ALL_SETTING_NAMES: readonly string[] = [
  "PORT",
  "BASE_URL",
  "CLOUD_INSTANCE",
  "TENANT_ID",
  "CLIENT_ID",
  "CLIENT_SECRET",
  "CLIENT_CERTIFICATE_PATH",
  "CLIENT_PRIVATE_KEY_PATH",
  "MANAGED_IDENTITY_CLIENT_ID",
  "REDIRECT_URI",
  "POST_LOGOUT_REDIRECT_URI",
  "SESSION_SECRET",
  "GRAPH_API_ENDPOINT",
  "PAYROLL_API_URL",
  "PAYROLL_API_SCOPES",
  "REDIS_URL",
  "TRUST_PROXY",
  "RATE_LIMIT_PER_MINUTE",
  "SHUTDOWN_DELAY_SECONDS",
  "HTTPS_PROXY",
  "NO_PROXY",
  "TRACE",
  "LOG_LEVEL",
  "PAYROLL_API_PORT",
  "PAYROLL_API_AUDIENCE",
  "SANDBOX_PORT",
  "SANDBOX_URL",
];

/** The settings of a client, which mean nothing without a tenant. */
export const CLIENT_SETTING_NAMES: readonly string[] = [
  "CLIENT_ID",
  "CLIENT_SECRET",
  "CLIENT_CERTIFICATE_PATH",
  "CLIENT_PRIVATE_KEY_PATH",
  "MANAGED_IDENTITY_CLIENT_ID",
];
