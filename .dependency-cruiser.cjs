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

module.exports = {
  forbidden: [
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    onlyMayImport("errors", []),
    onlyMayImport("log", ["errors"]),
    onlyMayImport("outbound-fetch", []),
    onlyMayImport("config/formats", []),
    onlyMayImport("config", ["errors", "auth"]),
    onlyMayImport("server", ["errors"]),
    onlyMayImport("challenge", []),
    onlyMayImport("store", ["errors"]),
    onlyMayImport("session", ["store", "challenge", "errors"]),
    onlyMayImport("auth", ["challenge", "store", "errors", "outbound-fetch"]),
    onlyMayImport("protected-api", ["challenge", "errors"]),
    onlyMayImport("web", [
      ...["errors", "log", "config", "challenge", "store"],
      ...["session", "auth", "protected-api", "trace"],
    ]),
    onlyMayImport("payroll-api", ["errors", "log", "server", "config/formats", "config/env-file"]),
    onlyMayImport("sandbox", ["errors", "log", "server", "config/formats"]),
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
