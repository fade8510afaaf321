import { afterEach, describe, expect, jest, setDefaultTimeout, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { type KeptProcess, type ProcessOptions, startProcess } from "../../src/processes/kept-process.ts";
import { usageOf } from "../../src/processes/process-usage.ts";
import { createSlots, type SlotsOptions } from "../../src/processes/slots.ts";
import { refusalOf } from "../support/refusal-of.ts";
import { repository } from "../support/tracked-files.ts";
import { until } from "../support/until.ts";

// Real processes on a busy machine of two cores.
setDefaultTimeout(30_000);

const { signal } = new AbortController();
const reply = z.string();
type Process = KeptProcess<string, string>;
const opened: { close(): Promise<void> }[] = [];

afterEach(() => Promise.all(opened.splice(0).map((one) => one.close())));

function start(options: Partial<ProcessOptions<string>> = {}): Process {
  const process = startProcess<string, string>({
    name: "hostile process",
    program: new URL("../support/hostile-program.ts", import.meta.url),
    reply,
    readyTimeoutMs: 20_000,
    maxMemoryBytes: 512 * 1024 * 1024,
    ...options,
  });
  opened.push({ close: () => process.kill("closed") });
  return process;
}

async function startReady(options: Partial<ProcessOptions<string>> = {}): Promise<Process> {
  const process = start(options);
  await process.ready;
  return process;
}

const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe("a kept process", () => {
  test("answers one task after the other, and is told things that need no answer", async () => {
    const child = await startReady();
    expect(await child.ask("say a", { timeoutMs: 5000, signal })).toBe("a");
    child.tell("remember b");
    expect(await child.ask("recall", { timeoutMs: 5000, signal })).toBe("b");
    expect(child).toMatchObject({ state: "idle", answered: 2 });
  });

  test("may have several tasks, does them in their order, and no more than it may have", async () => {
    const child = await startReady({ maxTasks: 2 });
    const ends: string[] = [];
    const say = (word: string) => child.ask(word, { timeoutMs: 5000, signal }).then((said) => ends.push(said));
    const both = [say("sleep 50"), say("say two")];
    await expect(child.ask("say three", { timeoutMs: 5000, signal })).rejects.toThrow("has work already");
    await child.rested();
    await Promise.all(both);
    expect(ends).toEqual(["slept", "two"]);
    expect(child).toMatchObject({ state: "idle", answered: 2 });
  });

  test("has the time of each task for itself, from when it begins", async () => {
    const child = await startReady({ maxTasks: 2 });
    const first = child.ask("slowly 4", { timeoutMs: 700, signal });
    const second = child.ask("silent", { timeoutMs: 700, signal });
    const lost = second.catch((error: unknown) => error);
    expect(await first).toBe("done");
    expect(child.state).toBe("busy");
    expect(await lost).toMatchObject({ exit: { why: "timed-out", wasBusy: true } });
  });

  test("ends for a caller who has gone only when it is at that task", async () => {
    const child = await startReady({ maxTasks: 2 });
    const caller = new AbortController();
    const first = child.ask("slowly 3", { timeoutMs: 5000, signal });
    const second = child.ask("silent", { timeoutMs: 5000, signal: caller.signal });
    caller.abort(new Error("gone"));
    await expect(second).rejects.toThrow("gone");
    expect(await first).toBe("done");
    expect((await child.exited).why).toBe("abandoned");
  });

  test("goes on with a silent task when a caller gives up one that waits behind it", async () => {
    const child = await startReady({ maxTasks: 2 });
    const caller = new AbortController();
    const first = child.ask("sleep 700", { timeoutMs: 5000, signal });
    const second = child.ask("say b", { timeoutMs: 5000, signal: caller.signal });
    caller.abort(new Error("gone"));
    await expect(second).rejects.toThrow("gone");
    expect(await first).toBe("slept");
    await child.rested();
    expect(child.state).toBe("idle");
  });

  test("gets the variables that it is given, what switches telemetry off, and no others", async () => {
    const child = await startReady({ environment: { ONLY: "this", ORT_DISABLE_TELEMETRY: "0" } });
    // Bun tells its own children that they end with it.
    const { BUN_FEATURE_FLAG_NO_ORPHANS, ...variables } = JSON.parse(
      await child.ask("environment", { timeoutMs: 5000, signal }),
    );
    expect([BUN_FEATURE_FLAG_NO_ORPHANS, variables]).toEqual(["1", { ONLY: "this", ORT_DISABLE_TELEMETRY: "1" }]);
  });

  test("gets nothing from a file .env that lies in the working folder", async () => {
    const folder = await mkdtemp(join(tmpdir(), "dotenv-"));
    await Bun.write(join(folder, ".env"), "OCR_SIDECAR_API_KEY=from-the-file\n");
    const program = `
      import { z } from "zod";
      import { startProcess } from "${repository}/src/processes/kept-process.ts";
      const child = startProcess({
        name: "child", reply: z.string(), readyTimeoutMs: 20_000, maxMemoryBytes: 1e9,
        program: new URL("file://${repository}/test/support/hostile-program.ts"),
      });
      await child.ready;
      console.log(await child.ask("environment", { timeoutMs: 5000, signal: new AbortController().signal }));
      await child.kill("closed");
    `;
    const parent = Bun.spawn([process.execPath, "-e", program], { cwd: folder, stdout: "pipe" });
    const printed = await new Response(parent.stdout).text();
    await rm(folder, { recursive: true });
    expect(JSON.parse(printed)).toEqual({ BUN_FEATURE_FLAG_NO_ORPHANS: "1", ORT_DISABLE_TELEMETRY: "1" });
  });

  test("stands back: it has a lower priority, and is the first to go when memory runs out", async () => {
    const child = await startReady();
    const nicenessOf = async (pid: number) =>
      Number((await Bun.file(`/proc/${pid}/stat`).text()).split(") ")[1]?.split(" ")[16]);
    expect(await nicenessOf(child.pid)).toBe(Math.max(3, await nicenessOf(process.pid)));
    expect((await Bun.file(`/proc/${child.pid}/oom_score_adj`).text()).trim()).toBe("1000");
  });

  test.each<[string, Partial<ProcessOptions<string>>, string]>([
    ["is never ready", { argv: ["never-ready"], readyTimeoutMs: 300 }, "timed-out"],
    ["dies at its start", { argv: ["die"] }, "crashed"],
    ["is no program at all", { program: new URL("../support/nothing.ts", import.meta.url) }, "crashed"],
    ["says garbage instead of being ready", { argv: ["garbage"] }, "garbage"],
  ])("that %s is ended, and whoever waits for it hears why", async (_what, options, why) => {
    const child = start(options);
    expect(await refusalOf(child.ready)).toMatchObject({ name: "ProcessGone", exit: { why } });
    expect(await child.exited).toMatchObject({ why });
    expect(isAlive(child.pid)).toBe(false);
  });

  test.each<[string, string, string]>([
    ["loops for ever in JavaScript", "spin", "timed-out"],
    ["loops for ever in WebAssembly", "wasm", "timed-out"],
    ["stops", "stop", "timed-out"],
    ["is silent", "silent", "timed-out"],
    ["ends in mid-task", "exit 3", "crashed"],
    ["throws", "throw", "crashed"],
    ["answers garbage", "garbage", "garbage"],
    ["answers what no such process says", "wrong", "garbage"],
    ["takes too much memory", "grow", "out-of-memory"],
    ["writes a gigabyte to stderr", "shout", "garbage"],
  ])("that %s is ended with its reason, and its task fails alone", async (_what, task, why) => {
    const child = await startReady({ maxMemoryBytes: 300 * 1024 * 1024 });
    const slow = task === "grow" || task === "shout";
    const refusal = await refusalOf(child.ask(task, { timeoutMs: slow ? 20_000 : 500, signal }));
    const how = why === "crashed" ? /^ended with code \d$/ : /^was killed by SIGKILL$/;
    expect(refusal).toMatchObject({ name: "ProcessGone", exit: { why, how: expect.stringMatching(how) } });
    expect(await refusalOf(child.ask("say a", { timeoutMs: 500, signal }))).toMatchObject({ name: "ProcessGone" });
    expect(isAlive(child.pid)).toBe(false);
  });

  test("is ended when a task takes more CPU time than it may, long before its time by the clock", async () => {
    const child = await startReady();
    const refusal = await refusalOf(child.ask("wasm", { timeoutMs: 60_000, maxCpuMs: 300, signal }));
    expect(refusal).toMatchObject({ name: "ProcessGone", exit: { why: "out-of-cpu-time", wasBusy: true } });
    expect(isAlive(child.pid)).toBe(false);
  });

  test("has the CPU time of each task for itself, and waiting takes none", async () => {
    const child = await startReady();
    const bounds = { timeoutMs: 60_000, maxCpuMs: 1000, signal };
    for (const task of ["burn 700", "burn 700", "sleep 1200"]) await child.ask(task, bounds);
    expect(child).toMatchObject({ state: "idle", answered: 3 });
  });

  test("that is stopped, and so takes no CPU time, is ended by the clock", async () => {
    const child = await startReady();
    const refusal = await refusalOf(child.ask("stop", { timeoutMs: 700, maxCpuMs: 60_000, signal }));
    expect(refusal).toMatchObject({ name: "ProcessGone", exit: { why: "timed-out" } });
  });

  test.each<[string, string, ReturnType<typeof usageOf>]>([
    [
      "a name with blanks and brackets",
      "21 (a) b (c) R 1 2 3 0 -1 4 100 0 0 0 250 50 0 0 20 0 1 0 240 3133440 390 1",
      { residentBytes: 390 * 4096, cpuMs: 3000 },
    ],
    ["half a line", "21 (bun) R 1 2 3 0", undefined],
    ["nothing", "", undefined],
  ])("tells its usage by the line of the kernel: %s", (_what, stat, usage) => {
    expect(usageOf(stat)).toEqual(usage);
  });

  test("leaves no timer behind, whether it was ended or ended itself", async () => {
    for (const end of ["kill", "exit 3"]) {
      jest.useFakeTimers();
      try {
        const child = start();
        if (end === "kill") await child.kill("closed");
        else {
          await child.ready;
          await refusalOf(child.ask(end, { timeoutMs: 5000, signal }));
        }
        await child.exited;
        expect(jest.getTimerCount()).toBe(0);
      } finally {
        jest.useRealTimers();
      }
    }
  });

  test("that cannot be started leaves no timer behind", async () => {
    expect(() => start({ argv: ["\0"], readyTimeoutMs: 20 })).toThrow();
    await Bun.sleep(60);
  });

  test("leaves it to its parent when to end, whatever a terminal or an init tells the whole group", async () => {
    const child = await startReady();
    for (const told of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.kill(child.pid, told);
    expect(await child.ask("say a", { timeoutMs: 5000, signal })).toBe("a");
  });

  test("says what it threw, and not which Bun it was", async () => {
    const child = await startReady();
    expect(await refusalOf(child.ask("throw", { timeoutMs: 5000, signal }))).toMatchObject({
      exit: { lastWords: "error: thrown", wasBusy: true },
    });
  });

  test("tells its exit code and its last words", async () => {
    const child = await startReady();
    expect(await refusalOf(child.ask("die with words", { timeoutMs: 5000, signal }))).toMatchObject({
      message: "ended with code 4 (the last of them)",
    });
  });

  test("may take as long as it says that it goes on", async () => {
    const child = await startReady();
    const heard: string[] = [];
    const options = { timeoutMs: 400, signal, onProgress: (said: string) => heard.push(said) };
    expect(await child.ask("slowly 5", options)).toBe("done");
    expect(heard).toHaveLength(5);
  });

  test("that says it goes on when nobody asked is ended", async () => {
    const child = await startReady();
    child.tell("chatter");
    expect(await child.exited).toMatchObject({ why: "garbage" });
  });

  test("lets a caller who goes away go at once, and ends only if it does not finish by itself", async () => {
    const child = await startReady();
    const leave = async (task: string) => {
      const caller = new AbortController();
      const asked = refusalOf(child.ask(task, { timeoutMs: 60_000, signal: caller.signal }));
      caller.abort(new Error("gone"));
      expect(await asked).toHaveProperty("message", "gone");
      await child.rested();
    };
    await leave("sleep 20");
    expect(await child.ask("say b", { timeoutMs: 5000, signal })).toBe("b");
    await leave("spin");
    expect(await child.exited).toMatchObject({ why: "abandoned" });
  });

  test("that says it goes on for a caller who has gone is ended all the same", async () => {
    const child = await startReady();
    const caller = new AbortController();
    const asked = refusalOf(child.ask("slowly 50", { timeoutMs: 60_000, signal: caller.signal }));
    caller.abort(new Error("gone"));
    expect(await asked).toHaveProperty("message", "gone");
    expect(await child.exited).toMatchObject({ why: "abandoned" });
  });

  test("may have nothing to do for longer than a task and a start may take", async () => {
    const child = await startReady({ readyTimeoutMs: 2000 });
    expect(await child.ask("say a", { timeoutMs: 2000, signal })).toBe("a");
    await Bun.sleep(2100);
    expect(child.state).toBe("idle");
  });

  test("goes on when a caller leaves whom it has answered", async () => {
    const child = await startReady();
    const caller = new AbortController();
    expect(await child.ask("say a", { timeoutMs: 5000, signal: caller.signal })).toBe("a");
    caller.abort(new Error("gone"));
    await Bun.sleep(500);
    expect(child.state).toBe("idle");
  });

  test("is not asked for a caller who has gone before", async () => {
    const child = await startReady();
    const refusal = refusalOf(child.ask("spin", { timeoutMs: 500, signal: AbortSignal.abort(new Error("gone")) }));
    expect(await refusal).toHaveProperty("message", "gone");
    expect(child.state).toBe("idle");
  });

  test.each(["idle", "spin", "wasm", "stop"])("ends with its parent, be that killed while it does %s", async (task) => {
    const program = `
      import { z } from "zod";
      import { startProcess } from "./src/processes/kept-process.ts";
      const child = startProcess({
        name: "orphan", reply: z.string(), readyTimeoutMs: 20_000, maxMemoryBytes: 1e9,
        program: new URL("./test/support/hostile-program.ts", "file://${process.cwd()}/"),
      });
      await child.ready;
      if ("${task}" !== "idle") void child.ask("${task}", { timeoutMs: 60_000, signal: new AbortController().signal });
      setTimeout(() => console.log(child.pid), 100);
    `;
    const parent = Bun.spawn([process.execPath, "-e", program], { stdout: "pipe" });
    const { value } = await parent.stdout.getReader().read();
    const pid = Number(new TextDecoder().decode(value));
    expect(isAlive(pid)).toBe(true);
    parent.kill("SIGKILL");
    await until(() => !isAlive(pid));
  });
});

describe("slots", () => {
  function openSlots(options: Partial<SlotsOptions<string, string>> = {}) {
    const slots = createSlots<string, string>({
      count: 1,
      start,
      maxQueued: 10,
      maxWaitMs: 20_000,
      busy: () => new Error("busy"),
      ...options,
    });
    opened.push({ close: () => slots.close(new Error("closed")) });
    const run = (task: string, caller = signal) => slots.run(task, { timeoutMs: 500, signal: caller });
    return { ...slots, slots, run };
  }

  test("start their processes at once and use each that is free", async () => {
    const { run, status } = openSlots({ count: 2 });
    await until(() => status().ready === 2);
    const work = [run("sleep 100"), run("sleep 100"), run("say a")];
    await until(() => status().busy === 2);
    expect(status()).toMatchObject({ queued: 1 });
    expect(await Promise.all(work)).toEqual(["slept", "slept", "a"]);
  });

  test("started on demand end when they have nothing to do, and never are more than their number", async () => {
    let started = 0;
    const { run, status, processes } = openSlots({
      count: 2,
      idleMs: 50,
      start: () => {
        started += 1;
        return start();
      },
    });
    expect(status()).toMatchObject({ ready: 0 });
    expect([started, [...processes()].length]).toEqual([0, 0]);
    expect(await Promise.all(["a", "b", "c"].map((word) => run(`say ${word}`)))).toEqual(["a", "b", "c"]);
    expect(started).toBe(2);
    await until(() => status().ready === 0);
    expect(status()).toMatchObject({ replaced: 0, recycled: 0 });
    expect(await run("say d")).toBe("d");
  });

  test("do not end a process that has work again before its idle time is over", async () => {
    const { run, slots } = openSlots({ idleMs: 300 });
    expect(await run("say a")).toBe("a");
    expect(await slots.run("sleep 800", { timeoutMs: 10_000, signal })).toBe("slept");
  });

  test.each([undefined, 5000])("go on after a process has died (idle time %p)", async (idleMs) => {
    const { run, status } = openSlots(idleMs === undefined ? {} : { idleMs });
    expect(await refusalOf(run("exit 3"))).toMatchObject({ name: "ProcessGone" });
    expect(await run("say a")).toBe("a");
    expect(status()).toMatchObject({ replaced: 1 });
  });

  test("count a process that is ended until it has gone", async () => {
    const alive = new Set<number>();
    let most = 0;
    const { run } = openSlots({
      idleMs: 5000,
      start: () => {
        const child = start();
        alive.add(child.pid);
        most = Math.max(most, [...alive].filter(isAlive).length);
        return child;
      },
    });
    for (let round = 0; round < 4; round += 1) {
      const caller = new AbortController();
      const asked = refusalOf(run("wasm", caller.signal));
      setTimeout(() => caller.abort(new Error("gone")), 100);
      await asked;
    }
    expect(await run("say a")).toBe("a");
    expect(most).toBe(1);
  });

  test("try again with a process that does not start, less and less often", async () => {
    const startedMs: number[] = [];
    const { status } = openSlots({
      start: () => {
        startedMs.push(performance.now());
        return start({ argv: ["die"] });
      },
    });
    await until(() => startedMs.length >= 4);
    const [first = 0, second = 0, third = 0, fourth = 0] = startedMs;
    expect(fourth - third).toBeGreaterThan(399);
    expect(third - second).toBeGreaterThan(199);
    expect(second - first).toBeGreaterThan(99);
    expect(status()).toMatchObject({ ready: 0 });
  });

  test.each([undefined, 5000])("try again where a process cannot even be begun (idle time %p)", async (idleMs) => {
    let tries = 0;
    const { run } = openSlots({
      ...(idleMs === undefined ? {} : { idleMs }),
      start: () => {
        tries += 1;
        if (tries < 3) throw new Error("EMFILE");
        return start();
      },
    });
    expect(await run("say a")).toBe("a");
    expect(tries).toBe(3);
  });

  test("start a process at once again when one has answered, however many did not start before", async () => {
    const started: Process[] = [];
    const { run } = openSlots({
      start: () => {
        started.push(start(started.length < 2 ? { argv: ["die"] } : {}));
        return started.at(-1) ?? start();
      },
    });
    expect(await run("say a")).toBe("a");
    expect(await refusalOf(run("exit 3"))).toMatchObject({ name: "ProcessGone" });
    await started[2]?.exited;
    await Bun.sleep(0);
    expect(started).toHaveLength(4);
  });

  test.each([undefined, 5000])("answer busy when no process can be started (idle time %p)", async (idleMs) => {
    const { run } = openSlots({
      ...(idleMs === undefined ? {} : { idleMs }),
      maxWaitMs: 500,
      start: () => start({ argv: ["die"] }),
    });
    expect(await refusalOf(run("say a"))).toHaveProperty("message", "busy");
  });

  test.each<[string, string]>([
    ["died in mid-task", "exit 3"],
    ["was ended", "silent"],
  ])("do a task that is given again, since its process %s, before those that wait, however many", async (_, task) => {
    const { slots, run, status } = openSlots({ maxQueued: 1 });
    await until(() => status().ready === 1);
    const ends: string[] = [];
    const repeat = async () => {
      await refusalOf(run(task));
      // Whoever repeats it looks at the refusal first.
      for (let step = 0; step < 20; step += 1) await undefined;
      ends.push(await slots.run("say again", { timeoutMs: 500, signal, isRepeated: true }));
    };
    const repeated = repeat();
    const waiting = run("say waiting").then((said) => ends.push(said));
    await Promise.all([repeated, waiting]);
    expect(ends).toEqual(["again", "waiting"]);
  });

  test("that began again and again for callers who left before it crashed are started without a pause", async () => {
    const startedMs: number[] = [];
    const { run, status } = openSlots({
      start: () => {
        startedMs.push(performance.now());
        return start();
      },
    });
    for (let round = 0; round < 6; round += 1) {
      await until(() => status().ready === 1);
      const caller = new AbortController();
      const asked = refusalOf(run("die with words", caller.signal));
      await until(() => status().busy === 1);
      caller.abort(new Error("gone"));
      await asked;
      await until(() => status().ready === 0);
    }
    await until(() => status().ready === 1);
    // With pauses they would double up to 3.2 s.
    const gapsMs = startedMs.slice(1).map((startMs, index) => startMs - (startedMs[index] ?? 0));
    expect(Math.max(...gapsMs)).toBeLessThan(3000);
  });

  test("are started when their pause is over, however many callers come and go meanwhile", async () => {
    let started = 0;
    const { run, status } = openSlots({
      start: () => {
        started += 1;
        return start(started <= 4 ? { argv: ["die"] } : {});
      },
    });
    await until(() => started === 4);
    const come = setInterval(() => {
      run("say a", AbortSignal.timeout(20)).catch(() => undefined);
    }, 30);
    await until(() => status().ready === 1).finally(() => clearInterval(come));
  });

  test("started on demand are never more than their number, be their starts in vain", async () => {
    let started = 0;
    const children: Process[] = [];
    const { run, close } = openSlots({
      idleMs: 60_000,
      start: () => {
        started += 1;
        const child = start(started <= 3 ? { argv: ["die"] } : {});
        children.push(child);
        return child;
      },
    });
    const caller = new AbortController();
    const first = refusalOf(run("say a", caller.signal));
    await until(() => started === 3);
    await children[2]?.exited;
    caller.abort(new Error("gone"));
    await first;
    expect(await run("say b")).toBe("b");
    await Bun.sleep(1000);
    expect(children.filter(({ pid }) => isAlive(pid))).toHaveLength(1);
    await close(new Error("closed"));
    expect(children.filter(({ pid }) => isAlive(pid))).toEqual([]);
  });

  test("that are closed while one works keep no program alive", async () => {
    const program = `
      import { z } from "zod";
      import { startProcess } from "./src/processes/kept-process.ts";
      import { createSlots } from "./src/processes/slots.ts";
      const slots = createSlots({
        count: 1, idleMs: 600_000, maxQueued: 10, maxWaitMs: 20_000, busy: () => new Error("busy"),
        start: () => startProcess({
          name: "child", reply: z.string(), readyTimeoutMs: 20_000, maxMemoryBytes: 1e9,
          program: new URL("./test/support/hostile-program.ts", "file://${process.cwd()}/"),
        }),
      });
      const { signal } = new AbortController();
      await slots.run("say a", { timeoutMs: 5000, signal });
      slots.run("sleep 60000", { timeoutMs: 60_000, signal }).catch(() => undefined);
      await Bun.sleep(50);
      await slots.close(new Error("closed"));
      console.log("closed");
    `;
    const child = Bun.spawn([process.execPath, "-e", program], { stdout: "pipe" });
    expect(await new Response(child.stdout).text()).toBe("closed\n");
    expect(await child.exited).toBe(0);
  });

  test("let only so many wait, and none whose caller has gone", async () => {
    const { run, status } = openSlots({ maxQueued: 1 });
    await until(() => status().ready === 1);
    const running = run("sleep 200");
    const caller = new AbortController();
    const waiting = refusalOf(run("say a", caller.signal));
    expect(await refusalOf(run("say b"))).toHaveProperty("message", "busy");
    caller.abort(new Error("gone"));
    expect(await waiting).toHaveProperty("message", "gone");
    const next = run("say c");
    expect(status()).toMatchObject({ queued: 1 });
    expect(await running).toBe("slept");
    expect(await next).toBe("c");
  });

  test.each<["recycle" | "replace", object]>([
    ["recycle", { recycled: 1, replaced: 0 }],
    ["replace", { recycled: 0, replaced: 1 }],
  ])("%s a process when its answer says so, after the caller has it", async (judgement, expected) => {
    const { run, status } = openSlots({ judge: (said) => (said === "a" ? judgement : "keep") });
    expect(await run("say a")).toBe("a");
    expect(await run("say b")).toBe("b");
    expect(status()).toMatchObject(expected);
  });

  test("prefer the process that is best for a task", async () => {
    const { processes, status, slots } = openSlots({ count: 2 });
    await until(() => status().ready === 2);
    for (const wanted of [...processes(), ...processes()]) {
      let takenBy = 0;
      await slots.run("say a", {
        timeoutMs: 500,
        signal,
        prefers: ({ pid }) => pid === wanted.pid,
        onTaken: ({ pid }) => {
          takenBy = pid;
        },
      });
      expect(takenBy).toBe(wanted.pid);
    }
  });

  test("reject whatever runs or waits when they are closed, and leave no process", async () => {
    const { run, status, processes, close } = openSlots();
    await until(() => status().ready === 1);
    const [child] = processes();
    const settled = Promise.allSettled([run("wasm"), run("say a")]);
    await close(new Error("closed"));
    expect((await settled).map((outcome) => outcome.status === "rejected" && outcome.reason)).toEqual([
      new Error("closed"),
      new Error("closed"),
    ]);
    expect(await refusalOf(run("say a"))).toHaveProperty("message", "closed");
    expect(isAlive(child?.pid ?? 0)).toBe(false);
  });
});
