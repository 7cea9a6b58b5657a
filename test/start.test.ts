import { once } from "node:events";
import { connect } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { type ChildProgram, startCommand, startProgram } from "./support/child-program.js";
import { freePort, takeFreePort } from "./support/free-port.js";

const START = ["--import", "tsx", "src/start.ts"];
const programs: ChildProgram[] = [];

afterEach(() => {
  for (const program of programs.splice(0)) program.process.kill("SIGKILL");
});

function start(args: readonly string[], env: Readonly<Record<string, string>>): ChildProgram {
  const program = startProgram(args, env);
  programs.push(program);
  return program;
}

async function sandboxPorts() {
  const [web, payroll, sandbox] = await Promise.all([freePort(), freePort(), freePort()]);
  return {
    web,
    env: {
      PORT: String(web),
      PAYROLL_API_PORT: String(payroll),
      SANDBOX_PORT: String(sandbox),
    },
    sandboxUrl: `http://127.0.0.1:${sandbox}`,
  };
}

describe("npm start without a tenant", () => {
  it("says where to go and who can sign in, and ends with 0 on Ctrl-C", async () => {
    const { web, env, sandboxUrl } = await sandboxPorts();
    const program = start(START, env);
    await program.printed(/Stop with Ctrl-C/);
    expect(program.output()).toContain(`Open http://localhost:${web} `);
    expect(program.output()).toContain("ada@sandbox.example");
    const response = await fetch(`http://localhost:${web}/signin`, { redirect: "manual" });
    expect(response.headers.get("location")).toContain(`${sandboxUrl}/`);
    program.process.kill("SIGINT");
    expect(await program.ended()).toBe(0);
  });

  it.each(["SIGTERM", "SIGINT"] as const)("ends with 0 when npm gets %s", async (signal) => {
    const { env } = await sandboxPorts();
    const program = startCommand(["npm", "start"], env);
    programs.push(program);
    await program.printed(/Stop with Ctrl-C/);
    program.process.kill(signal);
    expect(await program.ended()).toBe(0);
  });

  it("ends at once although a browser has opened a connection ahead", async () => {
    const { web, env } = await sandboxPorts();
    const program = start(START, env);
    await program.printed(/Stop with Ctrl-C/);
    const socket = connect(web, "localhost");
    await once(socket, "connect");
    const closed = once(socket, "close");
    program.process.kill("SIGINT");
    await closed;
    expect(await program.ended()).toBe(0);
  });

  it.each(["PORT", "PAYROLL_API_PORT", "SANDBOX_PORT"] as const)(
    "names %s and ends with 1 when that port is in use",
    async (setting) => {
      const host = setting === "SANDBOX_PORT" ? "127.0.0.1" : "localhost";
      const blocker = await takeFreePort(host);
      const { env } = await sandboxPorts();
      const program = start(START, { ...env, [setting]: String(blocker.port) });
      expect(await program.ended()).toBe(1);
      const another = new RegExp(
        `port ${blocker.port} is in use [^]* ${setting}=(?!${blocker.port})`,
      );
      expect(program.output()).toMatch(another);
      expect(program.output()).not.toMatch(/^\s+at /m);
      blocker.server.close();
    },
  );

  it("names all ports that are in use at once, and a command that works", async () => {
    const [web, sandbox] = [await takeFreePort(), await takeFreePort("127.0.0.1")];
    const { env } = await sandboxPorts();
    const taken = { PORT: String(web.port), SANDBOX_PORT: String(sandbox.port) };
    const program = start(START, { ...env, ...taken });
    expect(await program.ended()).toBe(1);
    expect(program.output()).toContain(`port ${web.port} is in use`);
    expect(program.output()).toContain(`port ${sandbox.port} is in use`);
    const command = /^Try: PORT=(\d+) SANDBOX_PORT=(\d+) npm start$/m.exec(program.output());
    const [, PORT = "", SANDBOX_PORT = ""] = command ?? [];
    const next = start(START, { ...env, PORT, SANDBOX_PORT });
    await next.printed(/Stop with Ctrl-C/);
    web.server.close();
    sandbox.server.close();
  });

  it.each(["production", " Production "])("never runs the sandbox in %j", async (NODE_ENV) => {
    const { env } = await sandboxPorts();
    const program = start(START, { ...env, NODE_ENV });
    expect(await program.ended()).toBe(1);
    expect(program.output()).toContain("TENANT_ID");
  });
});

describe("npm start with wrong settings", () => {
  it("names every problem at once, without a stack or a secret, and ends with 1", async () => {
    const program = start(START, {
      PORT: "99999",
      TENANT_ID: "common",
      CLIENT_SECRET: "hunter2hunter2",
      SESSION_SECRET: "too short to sign with",
      GRAPH_API_ENDPOINT: "http://graph.example.com",
    });
    expect(await program.ended()).toBe(1);
    const output = program.output();
    for (const name of ["PORT", "TENANT_ID", "CLIENT_ID", "SESSION_SECRET", "GRAPH_API_ENDPOINT"]) {
      expect(output).toContain(`  - ${name} `);
    }
    expect(output).not.toMatch(/^\s+at |hunter2|too short to sign/m);
  });
});
