import { setTimeout as sleep } from "node:timers/promises";
import type { ChatOptions, ChatRequest, LoadedModel, OllamaClient } from "../ollama/chat.ts";
import { ollamaFaultOf } from "../ollama/faults.ts";
import { isSameModel } from "../ollama/model-name.ts";

/** What the checks are run against. */
export interface Target {
  ollama: OllamaClient;
  model: string;
  /** A page for the model to read, as PNG. */
  page: Uint8Array;
  signal: AbortSignal;
  /** A slot or the memory must be free again so long after a caller or a page; a CPU encodes a picture for 8 s. */
  freeAgainMs: number;
}

/** One thing that the service relies on. `run` resolves with what was seen, and throws what is wrong. */
export interface Check {
  name: string;
  run(target: Target): Promise<string>;
}

const keptSeconds = 120;

const request = ({ model, page }: Target, options: ChatOptions, keepAliveSeconds = keptSeconds): ChatRequest => ({
  model,
  system: undefined,
  prompt: "Extract all text from the image.",
  image: page,
  options,
  keepAliveSeconds,
});

const read = (target: Target, options: ChatOptions, keepAliveSeconds?: number) =>
  target.ollama.chat(request(target, options, keepAliveSeconds), target.signal);

async function loadedCopies({ ollama, model, signal }: Target): Promise<LoadedModel[]> {
  return (await ollama.loadedModels(signal)).filter(({ name }) => isSameModel(name, model));
}

function demand(condition: boolean, otherwise: string): asserts condition {
  if (!condition) throw new Error(otherwise);
}

/** In the order they are run: each finds the server as the one before left it. */
const checks: readonly Check[] = [
  {
    name: "says its version",
    run: ({ ollama, signal }) => ollama.version(signal),
  },
  {
    name: "has the model, and says that it sees pictures",
    run: async ({ ollama, model, signal }) => {
      const installed = await ollama.installedModels(signal);
      demand(
        installed.some(({ name }) => isSameModel(name, model)),
        `${model} is not installed`,
      );
      const capabilities = await ollama.capabilities(model, signal);
      demand(capabilities.includes("vision"), `its capabilities are ${capabilities.join(", ")}`);
      return capabilities.join(", ");
    },
  },
  {
    name: "loads the model once for two pages",
    run: async (target) => {
      await target.ollama.unload(target.model, target.signal);
      const first = await read(target, { num_predict: 16 });
      const before = await loadedCopies(target);
      const second = await read(target, { num_predict: 16 });
      const after = await loadedCopies(target);
      demand(before.length === 1 && after.length === 1, "the model is not listed once after a page");
      demand(second.loadMs < Math.max(1000, first.loadMs / 2), `it was loaded again in ${second.loadMs.toFixed(0)} ms`);
      return `${first.loadMs.toFixed(0)} ms, then ${second.loadMs.toFixed(0)} ms`;
    },
  },
  {
    name: "lists what is loaded with the digest of what is installed",
    run: async (target) => {
      const installed = (await target.ollama.installedModels(target.signal)).find(({ name }) =>
        isSameModel(name, target.model),
      );
      const [loaded] = await loadedCopies(target);
      demand(loaded?.digest === installed?.digest, "the digests differ: an unload cannot be seen");
      return loaded?.digest.slice(0, 12) ?? "";
    },
  },
  {
    name: "keeps the model for the time that was sent",
    run: async (target) => {
      await read(target, { num_predict: 1 });
      const [loaded] = await loadedCopies(target);
      const leftMs = (loaded?.expiresAt?.getTime() ?? 0) - Date.now();
      demand(Math.abs(leftMs / 1000 - keptSeconds) < keptSeconds / 4, `it goes in ${(leftMs / 1000).toFixed(0)} s`);
      return `${(leftMs / 1000).toFixed(0)} s`;
    },
  },
  {
    name: "ends an answer at num_predict",
    run: async (target) => {
      const { doneReason, outputTokens } = await read(target, { num_predict: 2 });
      demand(
        doneReason === "length" && outputTokens <= 3,
        `${outputTokens} tokens came, and the end was ${doneReason}`,
      );
      return `${outputTokens} tokens`;
    },
  },
  {
    name: "refuses a picture that it cannot decode",
    run: (target) => refusal({ ...target, page: target.page.slice(0, 40) }, {}, "rejected"),
  },
  {
    name: "refuses a model that it has not",
    run: (target) => refusal({ ...target, model: "no-such-model" }, {}, "not_installed"),
  },
  {
    name: "reads two pages that come at once",
    run: async (target) => {
      const both = await Promise.all([read(target, { num_predict: 8 }), read(target, { num_predict: 8 })]);
      return both.map(({ outputTokens }) => `${outputTokens} tokens`).join(", ");
    },
  },
  {
    name: "stops for a caller who hangs up, and takes the next page",
    run: async (target) => {
      const caller = new AbortController();
      const pieces = Promise.withResolvers<void>();
      const left = target.ollama
        .chat(request(target, { num_predict: 4096 }), AbortSignal.any([caller.signal, target.signal]), () =>
          pieces.resolve(),
        )
        .then(() => "answered")
        .catch(() => "left");
      await Promise.race([pieces.promise, left]);
      caller.abort(new Error("gone"));
      demand(
        (await left) === "left",
        "the answer was over before the caller could leave: take a model that writes more",
      );
      const startedMs = performance.now();
      await target.ollama.chat(
        request(target, { num_predict: 1 }),
        AbortSignal.any([target.signal, AbortSignal.timeout(target.freeAgainMs)]),
      );
      return `the next page was read ${(performance.now() - startedMs).toFixed(0)} ms later`;
    },
  },
  {
    name: "unloads the model when it is asked to",
    run: async (target) => {
      const startedMs = performance.now();
      const { olderCopies } = await target.ollama.unload(target.model, target.signal);
      demand(olderCopies === 0, "an older copy of the same name stays: restart Ollama");
      return `gone after ${(performance.now() - startedMs).toFixed(0)} ms`;
    },
  },
  {
    name: "unloads the model after a page that says so",
    run: async (target) => {
      await read(target, { num_predict: 1 }, 0);
      const giveUpAtMs = performance.now() + target.freeAgainMs;
      while ((await loadedCopies(target)).length > 0) {
        demand(performance.now() < giveUpAtMs, "it is still loaded");
        await sleep(100, undefined, { signal: target.signal });
      }
      return "gone";
    },
  },
];

async function refusal(target: Target, options: ChatOptions, kind: "rejected" | "not_installed"): Promise<string> {
  const fault = await read(target, options).then(
    () => undefined,
    (error: unknown) => ({ kind: ollamaFaultOf(error)?.kind, said: error instanceof Error ? error.message : "" }),
  );
  demand(fault !== undefined, "it was answered");
  demand(fault.kind === kind, `it is told as "${fault.kind}": ${fault.said}`);
  return fault.said;
}

export interface Finding {
  name: string;
  holds: boolean;
  /** What was seen, or what is wrong. */
  seen: string;
}

/** Runs all checks in turn. */
export async function runChecks(
  target: Target,
  onFinding: (finding: Finding) => Promise<void> | undefined,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { name, run } of checks) {
    const finding = await run(target).then(
      (seen) => ({ name, holds: true, seen }),
      (error: unknown) => ({ name, holds: false, seen: error instanceof Error ? error.message : String(error) }),
    );
    findings.push(finding);
    await onFinding(finding);
    target.signal.throwIfAborted();
  }
  return findings;
}
