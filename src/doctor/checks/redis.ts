import { connectRedis, type RedisConnection, withCode } from "../../store/redis-connection.js";
import { type Finding, ok, warning, wrong } from "../finding.js";
import { reasonOf } from "../observed-fetch.js";

const CHECK = "Redis";

/** The oldest version that has all commands that the store uses. */
const OLDEST_VERSION = [6, 2] as const;

const PINGS = 15;

const MAX_TRIES = 3;

/** A page takes two operations, so more than this shows, in milliseconds. */
const USUAL_LATENCY_MS = 10;

/** Checks each Redis of the settings: whether it responds, and is fit to keep state. */
export async function checkRedis(urls: readonly string[] | undefined): Promise<Finding[]> {
  if (urls === undefined) {
    const text =
      "REDIS_URL is not set: a restart signs everybody out, and only one process can run.";
    return [ok(CHECK, text)];
  }
  const isCluster = urls.length > 1;
  const findings: Finding[] = [];
  for (const url of urls) findings.push(...(await checkServer(url, isCluster)));
  return findings;
}

/** Checks one server, again when it fails: the time limits of the app's connection are short. */
async function checkServer(url: string, isCluster: boolean): Promise<readonly Finding[]> {
  let found = await tryServer(url, isCluster);
  for (let tries = 1; typeof found === "string" && tries < MAX_TRIES; tries += 1) {
    found = await tryServer(url, isCluster);
  }
  return typeof found === "string" ? [describeFailure(new URL(url).host, found)] : found;
}

/** Returns the findings, or why there is no connection. */
async function tryServer(url: string, isCluster: boolean): Promise<readonly Finding[] | string> {
  let failure: unknown;
  const connection = await connectRedis({
    urls: [url],
    onUnavailable: (cause) => {
      failure ??= cause;
    },
  });
  const { host } = new URL(url);
  try {
    await connection.send(["PING"]);
    return [
      ...judgeFacts(host, await readFacts(connection), isCluster),
      judgeLatency(host, await measureLatencyMs(connection)),
    ];
  } catch (error) {
    return reasonOf(failure ?? withCode(error));
  } finally {
    connection.close();
  }
}

function describeFailure(host: string, reason: string): Finding {
  const text = `REDIS_URL: ${host} does not serve this app (${reason}).`;
  return wrong(CHECK, { text, cure: cureOf(reason) });
}

function cureOf(reason: string): string {
  if (/^(?:WRONGPASS|NOAUTH|NOPERM)$/.test(reason)) {
    return "Correct user and password in REDIS_URL: rediss://user:password@host:6380.";
  }
  if (/CERT|^ERR_(?:TLS|SSL)|UNABLE_TO/.test(reason)) {
    return "Its certificate does not verify: set NODE_EXTRA_CA_CERTS if a private CA signed it.";
  }
  return "Start Redis, or correct host, port and scheme (redis or rediss) in REDIS_URL.";
}

/** Lines of `INFO`, by name; undefined when the user may not execute it. */
type Facts = ReadonlyMap<string, string> | undefined;

async function readFacts(connection: RedisConnection): Promise<Facts> {
  try {
    const text = String(await connection.send(["INFO"]));
    const lines = text.split("\r\n").filter((line) => /^\w+:/.test(line));
    return new Map(
      lines.map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1)]),
    );
  } catch (error) {
    if (reasonOf(withCode(error)) === "NOPERM") return undefined;
    throw error;
  }
}

function judgeFacts(host: string, facts: Facts, isCluster: boolean): Finding[] {
  if (facts === undefined) {
    const text = `${host} responds; its user may not execute INFO, so version and eviction are unknown.`;
    return [
      warning(CHECK, { text, cure: "Run this as a user with +info, or ask who runs Redis." }),
    ];
  }
  const version = facts.get("redis_version") ?? "";
  const found = [
    ...versionProblem(host, version),
    ...roleProblem(host, facts, isCluster),
    ...evictionProblem(host, facts),
  ];
  return found.length > 0
    ? found
    : [ok(CHECK, `${host} is version ${version} and evicts no keys.`)];
}

function versionProblem(host: string, version: string): Finding[] {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [leastMajor, leastMinor] = OLDEST_VERSION;
  if (major > leastMajor || (major === leastMajor && minor >= leastMinor)) return [];
  const text = `${host} is version ${version}, which lacks commands that this app uses.`;
  return [wrong(CHECK, { text, cure: `Use Redis ${OLDEST_VERSION.join(".")} or newer.` })];
}

function roleProblem(
  host: string,
  facts: ReadonlyMap<string, string>,
  isCluster: boolean,
): Finding[] {
  const problems: Finding[] = [];
  if (!isCluster && facts.get("role") === "slave") {
    const text = `${host} is a replica, which accepts no writes.`;
    problems.push(wrong(CHECK, { text, cure: "Name the primary in REDIS_URL." }));
  }
  const hasCluster = facts.get("cluster_enabled") === "1";
  if (hasCluster && !isCluster) {
    const text = `${host} is a node of a cluster, and REDIS_URL names one node only.`;
    problems.push(wrong(CHECK, { text, cure: "Name several nodes, separated by commas." }));
  }
  if (!hasCluster && isCluster) {
    const text = `${host} is not a node of a cluster, but REDIS_URL names several addresses.`;
    problems.push(wrong(CHECK, { text, cure: "Name one address, or nodes of one cluster." }));
  }
  return problems;
}

function evictionProblem(host: string, facts: ReadonlyMap<string, string>): Finding[] {
  const policy = facts.get("maxmemory_policy") ?? "noeviction";
  if (policy === "noeviction") return [];
  const text = `${host} evicts keys when it is full (${policy}), which signs people out.`;
  return [warning(CHECK, { text, cure: "Set maxmemory-policy noeviction." })];
}

async function measureLatencyMs(connection: RedisConnection): Promise<number> {
  const times: number[] = [];
  for (let count = 0; count < PINGS; count += 1) {
    const startedAt = performance.now();
    await connection.send(["PING"]);
    times.push(performance.now() - startedAt);
  }
  return times.sort((a, b) => a - b)[Math.floor(PINGS / 2)] ?? 0;
}

function judgeLatency(host: string, latencyMs: number): Finding {
  const text = `${host} responds in ${latencyMs.toFixed(1)} ms (median of ${PINGS}).`;
  if (latencyMs <= USUAL_LATENCY_MS) return ok(CHECK, text);
  return warning(CHECK, {
    text,
    cure: "Each page takes two operations: run Redis in this region.",
  });
}
