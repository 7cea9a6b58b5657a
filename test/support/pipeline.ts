import { connect } from "node:net";

/** The same request, many times. */
export interface Flood {
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly count: number;
}

/** The part of a status line that has the status, and less than its length. */
const STATUS_LINE = /HTTP\/1\.1 (\d{3}) /g;
const STATUS_LENGTH = 12;

/** How many requests wait for their response at a time. */
const AT_A_TIME = 50;

/**
 * Sends a GET many times over one connection (RFC 9112 §9.3.2), as an attacker does who needs little
 * time for each. Returns the status of each response.
 */
export function pipeline(url: string, { path, headers = {}, count }: Flood): Promise<number[]> {
  const { host, hostname, port } = new URL(url);
  const lines = Object.entries({ host, ...headers }).map(([name, value]) => `${name}: ${value}`);
  const request = [`GET ${path} HTTP/1.1`, ...lines, "", ""].join("\r\n");
  const socket = connect(Number(port), hostname);
  const statuses: number[] = [];
  let sent = 0;
  let unread = "";

  function sendMore(): void {
    while (sent < count && sent - statuses.length < AT_A_TIME) {
      socket.write(request);
      sent += 1;
    }
  }

  return new Promise((resolve, reject) => {
    socket.on("connect", sendMore).on("error", reject);
    socket.on("close", () => {
      reject(new Error(`The connection ended after ${statuses.length} responses`));
    });
    socket.on("data", (chunk: Buffer) => {
      const text = unread + chunk.toString("latin1");
      const found = [...text.matchAll(STATUS_LINE)];
      statuses.push(...found.map(([, status]) => Number(status)));
      // A status line may be cut in two.
      const last = found.at(-1);
      unread = text
        .slice(last === undefined ? 0 : last.index + last[0].length)
        .slice(-STATUS_LENGTH);
      if (statuses.length >= count) {
        resolve(statuses);
        socket.destroy();
      } else sendMore();
    });
  });
}
