import { describe, expect, test } from "bun:test";
import { type KeptProcess, type ProcessOptions, startProcess } from "../../src/processes/kept-process.ts";
import { type ProcessExit, ProcessGone } from "../../src/processes/process-exit.ts";
import { childStarter, together } from "../../src/retrieval/child/inference-child.ts";
import type { FromChild, LoadSettings, ToChild } from "../../src/retrieval/child/messages.ts";
import type { FromTokeniser, ToTokeniser } from "../../src/retrieval/child/tokenise-messages.ts";
import { refusalOf } from "../support/refusal-of.ts";

const settings: LoadSettings = {
  ...{ kind: "embed", folder: "/models/a", modelFile: "model.onnx", device: "cpu", gpuIndex: 0, threads: 1 },
  ...{ maxTokens: 64, verify: [] },
};
const facts = { dimension: 4, maxTokens: 64 };
const exitWith = (lastWords: string): ProcessExit => ({ why: "crashed", wasBusy: true, how: "ended", lastWords });

/** A process that answers so, and ends when it is told to, or by `end`. */
function fakeProcess<Request, Reply>(pid: number, answer: (request: Request) => Reply, progress: Reply[] = []) {
  const exited = Promise.withResolvers<ProcessExit>();
  const asked: Request[] = [];
  const kills: string[] = [];
  const process: KeptProcess<Request, Reply> = {
    ...{ pid, state: "idle", answered: 0, ready: Promise.resolve(), exited: exited.promise },
    ask: async (request, { onProgress }) => {
      asked.push(request);
      for (const said of progress) onProgress?.(said);
      return answer(request);
    },
    tell: () => undefined,
    rested: async () => undefined,
    kill: async (why) => {
      kills.push(why);
      exited.resolve(exitWith(""));
    },
  };
  return { process, asked, kills, end: (exit: ProcessExit) => exited.resolve(exit) };
}

function childOf(
  tokeniser: (request: ToTokeniser) => FromTokeniser,
  computer: (request: ToChild) => FromChild,
  progress: FromChild[] = [],
) {
  const tokenising = fakeProcess(7, tokeniser);
  const computing = fakeProcess(8, computer, progress);
  return { tokenising, computing, child: together(tokenising.process, computing.process) };
}

const opened = (): FromTokeniser => ({ type: "opened" });
const ready = (): FromChild => ({ type: "ready", facts });
const failed = (reason: string) => () => ({ type: "failed", reason }) as const;

describe("the two processes of a model", () => {
  test("load it side by side, and tell how far the one that computes is", async () => {
    const told: string[] = [];
    const progress: FromChild[] = [{ type: "progress", stage: "first inference", done: 0.5 }];
    const { child, tokenising, computing } = childOf(opened, ready, progress);
    expect(await child.load(settings, (stage, done) => told.push(`${stage} ${done}`))).toEqual(facts);
    expect(told).toEqual(["first inference 0.5"]);
    expect(tokenising.asked).toEqual([{ type: "open", folder: "/models/a", maxTokens: 64 }]);
    expect(computing.asked).toEqual([{ type: "load", settings }]);
    expect(child.pid).toBe(8);
  });

  test.each<[string, () => FromTokeniser, () => FromChild, object]>([
    ["of the tokeniser", failed("no tokenizer.json"), ready, { name: "ModelRefused", message: "no tokenizer.json" }],
    [
      "of the model, which has checked the files, before that of the tokeniser",
      failed("no tokenizer.json"),
      () => ({ type: "unusable", reason: "it is damaged" }),
      { name: "ModelRefused", message: "it is damaged" },
    ],
    ["that is none", opened, failed("odd"), { name: "OperationFailed", message: "odd" }],
  ])("tell the fault %s", async (_, tokeniser, computer, fault) => {
    expect(await refusalOf(childOf(tokeniser, computer).child.load(settings, () => undefined))).toMatchObject(fault);
  });

  test("leave none behind where the second cannot be started", async () => {
    const gone: Promise<ProcessExit>[] = [];
    const startOne: typeof startProcess = <Request, Reply>(options: ProcessOptions<Reply>) => {
      if (gone.length > 0) throw new Error("EAGAIN: resource temporarily unavailable, posix_spawn");
      const process = startProcess<Request, Reply>(options);
      gone.push(process.exited);
      return process;
    };
    expect(childStarter({ environment: {}, maxMemoryBytes: 1e9 }, startOne)).toThrow("EAGAIN");
    expect(await Promise.all(gone)).toMatchObject([{ why: "closed" }]);
  });

  test("fail an operation by what was answered, and go on", async () => {
    const { child, tokenising, computing } = childOf(failed("a word without end"), failed("out of memory"));
    const work = [child.tokenise([]), child.run(new Int32Array(), new Int32Array())];
    for (const [at, reason] of ["a word without end", "out of memory"].entries())
      expect(await refusalOf(work[at] ?? Promise.resolve())).toMatchObject({
        name: "OperationFailed",
        message: reason,
      });
    const odd = childOf(opened, ready).child;
    expect(String(await refusalOf(odd.tokenise([])))).toContain("answered opened to something else");
    expect(String(await refusalOf(odd.run(new Int32Array(), new Int32Array())))).toContain("answered ready");
    expect([tokenising.kills, computing.kills]).toEqual([[], []]);
  });

  test.each(["tokenising", "computing"] as const)(
    "end together when the %s one ends, by whose last words",
    async (which) => {
      const parts = childOf(opened, ready);
      parts[which].end(exitWith("2026 [E:onnx] [ONNXRuntimeError] : 6 : FAIL : /srv/models/a/model.onnx is cut"));
      expect(await parts.child.ended).toMatchObject({ lastWords: "model.onnx is cut" });
      expect(await parts.child.exited).toMatchObject({ why: "crashed", lastWords: "model.onnx is cut" });
      expect([parts.tokenising.kills, parts.computing.kills]).toEqual([["closed"], ["closed"]]);
    },
  );

  test("are both ended when they are told to", async () => {
    const { child, tokenising, computing } = childOf(opened, () => {
      throw new ProcessGone(exitWith(""));
    });
    child.kill();
    expect([tokenising.kills, computing.kills]).toEqual([["closed"], ["closed"]]);
    expect(await child.exited).toMatchObject({ lastWords: "" });
  });
});
