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

interface ClusterNode extends RedisServer {
  /** The port over which the nodes talk to each other. */
  readonly busPort: string;
}

/** Starts a cluster, each node with a third of the slots. */
export async function startRedisCluster(): Promise<RedisCluster> {
  const nodes: ClusterNode[] = [];

  async function close(): Promise<void> {
    await Promise.all(nodes.map((node) => node.close()));
  }

  try {
    for (let index = 0; index < NODES; index += 1) nodes.push(await startNode());
    await connectNodes(nodes);
  } catch (error) {
    await close();
    throw error;
  }
  return { nodes, url: nodes.map(({ url }) => url).join(","), close };
}

async function startNode(): Promise<ClusterNode> {
  const busPort = String(await freePort());
  const server = await startRedis([
    ...["--cluster-enabled", "yes", "--cluster-port", busPort],
    // The other nodes serve their keys when one is down.
    ...["--cluster-require-full-coverage", "no"],
  ]);
  return { ...server, busPort };
}

/** Distributes the slots, introduces the nodes to each other and waits until they agree. */
async function connectNodes(nodes: readonly ClusterNode[]): Promise<void> {
  for (const [index, { command }] of nodes.entries()) {
    const from = Math.floor((SLOTS * index) / nodes.length);
    const to = Math.floor((SLOTS * (index + 1)) / nodes.length) - 1;
    await command("CLUSTER", "ADDSLOTSRANGE", String(from), String(to));
    // Nodes with the same epoch would have to agree on others before the cluster is ready.
    await command("CLUSTER", "SET-CONFIG-EPOCH", String(index + 1));
  }
  const [first, ...others] = nodes;
  for (const { port, busPort } of others) {
    await first?.command("CLUSTER", "MEET", "127.0.0.1", String(port), busPort);
  }
  const isReady = new RegExp(`cluster_state:ok[^]*cluster_known_nodes:${nodes.length}`);
  for (const { command } of nodes) {
    await vi.waitFor(
      async () => {
        const info = String(await command("CLUSTER", "INFO"));
        if (!isReady.test(info)) throw new Error(info);
      },
      { timeout: 20_000, interval: 100 },
    );
  }
}
