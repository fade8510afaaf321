import { type KeptProcess, startProcess } from "../../processes/kept-process.ts";
import type { ProcessExit } from "../../processes/process-exit.ts";
import { withoutPaths } from "../faults.ts";
import {
  type FromChild,
  fromChild,
  type LoadSettings,
  type LoadStage,
  type ModelFacts,
  type RunAnswer,
  type TextGroup,
  type ToChild,
  type Tokenised,
} from "./messages.ts";

/** The child reported that its model cannot be used. */
export class ModelRefused extends Error {
  override readonly name = "ModelRefused";
}

/** One operation failed in the child, which goes on. */
class OperationFailed extends Error {
  override readonly name = "OperationFailed";
}

/** A process that serves one model on one device. One operation at a time: it does them one after the other. */
export interface InferenceChild {
  readonly pid: number;
  /** `lastWords` without paths. */
  readonly exited: Promise<ProcessExit>;
  /** @throws ModelRefused, ProcessGone */
  load(settings: LoadSettings, onProgress: (stage: LoadStage, done: number) => void): Promise<ModelFacts>;
  /** @throws OperationFailed, ProcessGone */
  tokenise(groups: readonly TextGroup[]): Promise<Tokenised>;
  /** @throws OperationFailed, ProcessGone */
  run(ids: Int32Array, lengths: Int32Array): Promise<RunAnswer>;
  /** SIGKILL: safe while it computes, and the only way to get all memory back. */
  kill(): void;
}

export type StartChild = () => InferenceChild;

export interface ChildStarterOptions {
  /** All the variables that they get, so that no secret reaches them. */
  environment: Readonly<Record<string, string>>;
  /** Resident memory at which one is ended while it works. */
  maxMemoryBytes: number;
}

const readyTimeoutMs = 60_000;
/** Silence at which a process is ended. Whoever waits for a batch gives up sooner; a large model is read from a slow disk. */
const silenceTimeoutMs = 600_000;

/** Starts inference processes. */
export function childStarter({ environment, maxMemoryBytes }: ChildStarterOptions): StartChild {
  return () =>
    overProcess(
      startProcess<ToChild, FromChild>({
        name: "inference process",
        program: new URL("./program.ts", import.meta.url),
        environment,
        reply: fromChild,
        readyTimeoutMs,
        maxMemoryBytes,
      }),
    );
}

function overProcess(process: KeptProcess<ToChild, FromChild>): InferenceChild {
  // What it computes is not given up for one caller: it is shared by all whose texts are in the batch.
  const { signal } = new AbortController();
  const ask = (request: ToChild, onProgress?: (said: FromChild) => void) =>
    process.ask(request, { timeoutMs: silenceTimeoutMs, signal, ...(onProgress && { onProgress }) });
  return {
    pid: process.pid,
    exited: process.exited.then((exit) => ({ ...exit, lastWords: withoutRuntimePrefix(withoutPaths(exit.lastWords)) })),
    async load(settings, onProgress) {
      await process.ready;
      const answer = await ask({ type: "load", settings }, (said) => {
        if (said.type === "progress") onProgress(said.stage, said.done);
      });
      if (answer.type === "ready") return answer.facts;
      throw answer.type === "unusable" ? new ModelRefused(answer.reason) : unexpected(answer);
    },
    async tokenise(groups) {
      const answer = await ask({ type: "tokenise", groups: [...groups] });
      if (answer.type === "tokenised") return answer;
      throw unexpected(answer);
    },
    async run(ids, lengths) {
      const answer = await ask({ type: "run", ids, lengths });
      if (answer.type === "embedded" || answer.type === "scored") return answer;
      throw unexpected(answer);
    },
    kill: () => void process.kill("closed"),
  };
}

const unexpected = (answer: FromChild): Error =>
  answer.type === "failed"
    ? new OperationFailed(answer.reason)
    : new Error(`the inference process answered ${answer.type} to something else`);

/** ONNX Runtime begins its lines with time, place and error number. */
const withoutRuntimePrefix = (line: string) => line.replace(/^.*\[ONNXRuntimeError\] : \d+ : \w+ : /, "");
