import { describe, expect, it } from "vitest";
import { startActors } from "./support/actors.js";
import { startCountingProxy } from "./support/counting-proxy.js";
import { read } from "./support/documents.js";
import { startRedis } from "./support/redis-server.js";
import { setUpForAll } from "./support/set-up.js";

const DOCUMENT = read("docs/scaling.md");

/** Returns the cells of the rows of a marked table, without the heading. */
function rowsOf(name: string): readonly (readonly string[])[] {
  const [, table = ""] =
    new RegExp(`<!-- begin ${name} -->([^]*)<!-- end ${name} -->`).exec(DOCUMENT) ?? [];
  const lines = table.split("\n").filter((line) => line.startsWith("|"));
  return lines.slice(2).map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

/** Returns an input of the plan. */
function input(name: string): number {
  const value = rowsOf("inputs").find(([label]) => label === name)?.[1] ?? "";
  const number = Number(value.replaceAll(/[,%]/g, ""));
  expect(number, name).toBeGreaterThan(0);
  return value.endsWith("%") ? number / 100 : number;
}

function format(value: number): string {
  const rounded = value < 10 ? Math.round(value * 10) / 10 : Math.round(value);
  return rounded.toLocaleString("en");
}

/** Returns the row of the plan for that many users. */
function planFor(users: number): readonly string[] {
  const signedIn = users * input("share of all users signed in at the peak");
  function perSecond(kind: string): number {
    return (signedIn * input(`${kind} of somebody signed in, per hour`)) / 3600;
  }
  const [pages, signIns, stepUps, renewals] = [
    perSecond("pages"),
    perSecond("sign-ins"),
    perSecond("step-ups"),
    perSecond("renewals"),
  ];
  const cpuMs =
    pages * input("CPU of a page, ms") +
    signIns * input("CPU of a sign-in, ms") +
    stepUps * input("CPU of a step-up, ms") +
    renewals * input("CPU of a renewal of a token, ms");
  const commands =
    pages * input("Redis: commands of a page") +
    signIns * input("Redis: commands of a sign-in") +
    stepUps * input("Redis: commands of a step-up") +
    renewals * input("Redis: commands of a renewal");
  const gigabytes = (signedIn * input("Redis: bytes of somebody signed in")) / 1e9;
  const use = input("use of a core, of a Redis process or its bytes");
  const instances = Math.max(2, Math.ceil(cpuMs / 1000 / use) + 1);
  const shards = Math.max(
    Math.ceil(commands / input("Redis: commands per second of one process") / use),
    Math.ceil(gigabytes / input("Redis: memory of one process, GB") / use),
  );
  const cells = [signedIn, pages, cpuMs / 1000, instances, commands, gigabytes, shards];
  return [users, ...cells].map(format);
}

describe("docs/scaling.md", () => {
  const redis = setUpForAll(startRedis);
  const proxy = setUpForAll(() => startCountingProxy(redis));
  const actors = setUpForAll(() => startActors({ settings: { REDIS_URL: proxy.url } }));

  it("has the plan that follows from its inputs", () => {
    const expected = [100_000, 1_000_000, 100_000_000].map(planFor);
    expect(rowsOf("plan")).toEqual(expected);
  });

  it("counts the commands of Redis as they are", async () => {
    proxy.forget();
    const ada = await actors.signIn("Ada");
    expect(proxy.commands.length).toBeGreaterThan(5);
    expect(proxy.commands.length).toBeLessThanOrEqual(input("Redis: commands of a sign-in"));
    proxy.forget();
    expect((await ada.open("/payslips")).status).toBe(200);
    expect(proxy.commands.length).toBeGreaterThan(5);
    expect(proxy.commands.length).toBeLessThanOrEqual(input("Redis: commands of a step-up"));
    proxy.forget();
    expect((await ada.open("/payslips")).status).toBe(200);
    expect(proxy.commands).toHaveLength(input("Redis: commands of a page"));
    proxy.forget();
    actors.clock.aheadMs += 59 * 60_000;
    expect((await ada.open("/payslips")).status).toBe(200);
    expect(proxy.commands.length).toBeGreaterThan(2);
    expect(proxy.commands.length).toBeLessThanOrEqual(input("Redis: commands of a renewal"));
  });
});
