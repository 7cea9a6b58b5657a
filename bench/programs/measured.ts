import { Server } from "node:net";

/**
 * Is preloaded into each server that is measured: reports its CPU time to the benchmark, keeps it on
 * loopback, and ends it with the benchmark.
 */
process.on("message", () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ cpuMs: (user + system) / 1_000 });
});
process.on("disconnect", () => {
  process.exit();
});

const listen = Reflect.get(Server.prototype, "listen") as (...args: unknown[]) => Server;
Reflect.set(Server.prototype, "listen", function (this: Server, ...args: unknown[]): Server {
  const [first, ...others] = args;
  return Reflect.apply(listen, this, [onLoopback(first), ...others]);
});

/** Adds the host to `listen({ port })`, which would accept connections from other machines. */
function onLoopback(first: unknown): unknown {
  if (typeof first !== "object" || first === null || !("port" in first)) return first;
  return { ...first, host: ("host" in first ? first.host : undefined) ?? "localhost" };
}
