import { vi } from "vitest";
import { freePort } from "./free-port.js";
import { type RedisServer, startRedis } from "./redis-server.js";

const SLOTS = 16_384;
const NODES = 3;

/** A Redis cluster of three nodes without replicas. */
export interface RedisCluster {
  readonly nodes: readonly RedisServer[];
  /** Their addresses, separated by commas. */
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** Starts a cluster, each node with a third of the slots. */
export async function startRedisCluster(): Promise<RedisCluster> {
  const nodes: RedisServer[] = [];
  const busPorts: string[] = [];
  for (let index = 0; index < NODES; index += 1) {
    const busPort = String(await freePort());
    const settings = [
      "--cluster-enabled",
      "yes",
      "--cluster-require-full-coverage",
      "no",
      "--cluster-port",
      busPort,
    ];
    nodes.push(await startRedis(settings));
    busPorts.push(busPort);
  }
  const [first] = nodes;
  for (const [index, node] of nodes.entries()) {
    const from = Math.floor((SLOTS * index) / NODES);
    const to = Math.floor((SLOTS * (index + 1)) / NODES) - 1;
    await node.command("CLUSTER", "ADDSLOTSRANGE", String(from), String(to));
    // Two nodes with the same epoch would argue about it before the cluster is ready.
    await node.command("CLUSTER", "SET-CONFIG-EPOCH", String(index + 1));
    if (node === first) continue;
    await first?.command("CLUSTER", "MEET", "127.0.0.1", String(node.port), busPorts[index] ?? "");
  }
  const isReady = new RegExp(`cluster_state:ok[^]*cluster_known_nodes:${NODES}`);
  for (const node of nodes) {
    await vi.waitFor(
      async () => {
        const info = String(await node.command("CLUSTER", "INFO"));
        if (!isReady.test(info)) throw new Error(info);
      },
      { timeout: 20_000, interval: 100 },
    );
  }
  return {
    nodes,
    url: nodes.map(({ url }) => url).join(","),
    close: async () => {
      await Promise.all(nodes.map((node) => node.close()));
    },
  };
}
