import { Agent, type ClientRequest, get, type IncomingMessage } from "node:http";

/** Clients that use the connections they have again and again, as a load balancer does. */
export interface KeepAliveClients {
  /** How many requests were sent, and how many responses of each status there were. */
  readonly counts: { sent: number; readonly responses: Map<number, number> };
  /** Why requests got no response; connections that were refused are not counted. */
  readonly lost: string[];
  /** Opens no further connection: each client goes on until the server closes its own. */
  readonly openNoMore: () => void;
  /** Waits until no client sends anything. */
  readonly ended: () => Promise<void>;
}

/** Starts clients that send one request after the other, each on a connection of its own. */
export function startKeepAliveClients(url: string, count: number): KeepAliveClients {
  const counts: KeepAliveClients["counts"] = { sent: 0, responses: new Map() };
  const lost: string[] = [];
  let mayOpen = true;

  async function run(): Promise<void> {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    let isOpen = false;
    while (isOpen || mayOpen) {
      const outcome = await send(url, agent);
      if (outcome instanceof Error) {
        if (!("code" in outcome) || outcome.code !== "ECONNREFUSED") lost.push(outcome.message);
        break;
      }
      const status = outcome.statusCode ?? 0;
      counts.responses.set(status, (counts.responses.get(status) ?? 0) + 1);
      isOpen = outcome.headers.connection !== "close";
    }
    agent.destroy();
  }

  async function send(address: string, agent: Agent): Promise<IncomingMessage | Error> {
    counts.sent += 1;
    return new Promise((resolve) => {
      const request: ClientRequest = get(address, { agent }, (response) => {
        response.resume();
        response.once("end", () => {
          resolve(response);
        });
        response.once("error", resolve);
      });
      request.once("error", resolve);
    });
  }

  const runs = Array.from({ length: count }, run);
  return {
    counts,
    lost,
    openNoMore: () => {
      mayOpen = false;
    },
    ended: async () => {
      await Promise.all(runs);
    },
  };
}
