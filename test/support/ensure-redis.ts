// Has a Redis server ready for the tests of its store: `npm test` runs it first.
import { ensureTool } from "./ensure-tool.js";
import { findRedis } from "./find-redis.js";

ensureTool({
  name: "Redis",
  debianName: "redis-server",
  variable: "REDIS_SERVER_PATH",
  find: findRedis,
  advice:
    "The tests need Redis 7 or newer: install it (Debian: apt-get install redis-server) or set REDIS_SERVER_PATH.",
});
