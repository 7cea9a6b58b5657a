/**
 * The arrows of docs/architecture.md, as rules. An import against an arrow fails the build.
 * @type {import('dependency-cruiser').IConfiguration}
 */
function onlyMayImport(folder, allowed) {
  return {
    name: `${folder}-arrows`,
    comment: `src/${folder} may import only: ${allowed.join(", ") || "nothing of ours"}`,
    severity: "error",
    from: { path: `^src/${folder}(/|\\.ts$)` },
    to: { path: "^src/", pathNot: [folder, ...allowed].map((name) => `^src/${name}(/|\\.ts$)`) },
  };
}

/**
 * The rooms of src/web: above them app.ts, middleware and routes; below them the files that all rooms
 * share, which import no room.
 */
function webRooms() {
  const shared =
    "^src/web/(app-context|cookies|cut-text|draft-path|exchange|is-from-another-origin|notice|page-frame|return-path|signed-in-session|step-up-cookie|requests/audit-log)\\.ts$";
  const allowed = {
    requests: [],
    problems: [],
    authorization: ["^src/web/problems/"],
    trace: [],
    "api-pages": ["^src/web/problems/", "^src/web/authorization/begin-authorization\\.ts$"],
  };
  const rooms = Object.entries(allowed).map(([room, others]) => ({
    name: `web-${room}`,
    severity: "error",
    from: { path: `^src/web/${room}/` },
    to: { path: "^src/web/", pathNot: [`^src/web/${room}/`, shared, ...others] },
  }));
  return [
    ...rooms,
    {
      name: "web-shared",
      severity: "error",
      from: { path: shared },
      to: { path: "^src/web/", pathNot: shared },
    },
  ];
}

module.exports = {
  forbidden: [
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    onlyMayImport("errors", []),
    onlyMayImport("log", ["errors"]),
    onlyMayImport("outbound-fetch", ["outbound-proxy"]),
    onlyMayImport("outbound-proxy", []),
    onlyMayImport("config/formats", []),
    onlyMayImport("config", ["errors", "auth"]),
    onlyMayImport("server", ["errors"]),
    onlyMayImport("challenge", []),
    onlyMayImport("store", ["errors"]),
    onlyMayImport("session", ["store", "challenge", "errors"]),
    onlyMayImport("auth", ["challenge", "store", "errors", "outbound-fetch"]),
    onlyMayImport("protected-api", ["challenge", "errors", "outbound-fetch"]),
    onlyMayImport("trace", ["challenge", "store", "errors", "outbound-fetch"]),
    onlyMayImport("web", [
      ...["errors", "log", "config", "challenge", "store"],
      ...["session", "auth", "protected-api", "trace", "outbound-fetch"],
    ]),
    onlyMayImport("payroll-api", ["errors", "log", "server", "config/formats", "config/env-file"]),
    onlyMayImport("sandbox", ["errors", "log", "server", "config/formats"]),
    {
      name: "minimal-app-is-one-page",
      comment:
        "the example needs auth, challenge, protected-api and the memory store, nothing else of ours",
      severity: "error",
      from: { path: "^examples/minimal-app\\.ts$" },
      to: {
        path: "^(src|examples)/",
        pathNot: ["^src/(auth|challenge|protected-api)/", "^src/store/memory-store\\.ts$"],
      },
    },
    ...webRooms(),
    {
      name: "challenge-has-no-dependency",
      comment: "src/challenge is copied as it is: no package, not even a built-in module",
      severity: "error",
      from: { path: "^src/challenge/" },
      to: { pathNot: "^src/challenge/" },
    },
    {
      name: "only-auth-imports-msal",
      severity: "error",
      from: { pathNot: "^src/auth/" },
      to: { path: "node_modules/@azure/msal" },
    },
    {
      name: "main-never-reaches-sandbox",
      severity: "error",
      from: { path: "^src/main\\.ts$" },
      to: { path: "^src/(sandbox|demo)/", reachable: true },
    },
    {
      name: "no-test-code-in-src",
      severity: "error",
      from: { path: "^src/" },
      to: { path: "^test/|node_modules/(vitest|playwright-core|fast-check)/" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node"] },
  },
};
