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
  type ToChild,
} from "./messages.ts";
import {
  type FromTokeniser,
  fromTokeniser,
  type TextGroup,
  type Tokenised,
  type ToTokeniser,
} from "./tokenise-messages.ts";

/** The child reported that its model cannot be used. */
export class ModelRefused extends Error {
  override readonly name = "ModelRefused";
}

/** One operation failed in the child, which goes on. */
export class OperationFailed extends Error {
  override readonly name = "OperationFailed";
}

/**
 * What serves one model on one device: a process that tokenises and one that computes, side by side, which begin and end
 * together. The one may have one operation at a time, the other two batches.
 */
export interface InferenceChild {
  /** Of the process that computes. */
  readonly pid: number;
  /** One has ended, so that there is no work to be given any more; `lastWords` without paths. */
  readonly ended: Promise<ProcessExit>;
  /** Both have gone, and what they held with them; says why the first did. */
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
const batchesAtATime = 2;
/** Silence at which a process is ended. Whoever waits for a batch gives up sooner; a large model is read from a slow disk. */
const silenceTimeoutMs = 600_000;

/**
 * Starts inference processes.
 *
 * @param start other than the real one only in tests
 */
export function childStarter(
  { environment, maxMemoryBytes }: ChildStarterOptions,
  start: typeof startProcess = startProcess,
): StartChild {
  const shared = { environment, readyTimeoutMs, maxMemoryBytes };
  return () => {
    const tokenising = start<ToTokeniser, FromTokeniser>({
      ...shared,
      name: "tokenising process",
      program: new URL("./tokenise-program.ts", import.meta.url),
      reply: fromTokeniser,
    });
    try {
      const computing = start<ToChild, FromChild>({
        ...shared,
        name: "inference process",
        program: new URL("./program.ts", import.meta.url),
        reply: fromChild,
        maxTasks: batchesAtATime,
      });
      return together(tokenising, computing);
    } catch (error) {
      // Where the system has no room for one more, each try would leave one behind.
      void tokenising.kill("closed");
      throw error;
    }
  };
}

export function together(
  tokenising: KeptProcess<ToTokeniser, FromTokeniser>,
  computing: KeptProcess<ToChild, FromChild>,
): InferenceChild {
  // What it computes is not given up for one caller: it is shared by all whose texts are in the batch.
  const { signal } = new AbortController();
  const asked = { timeoutMs: silenceTimeoutMs, signal };
  const kill = () => {
    void tokenising.kill("closed");
    void computing.kill("closed");
  };
  const open = async ({ folder, maxTokens }: LoadSettings): Promise<void> => {
    await tokenising.ready;
    const answer = await tokenising.ask({ type: "open", folder, maxTokens }, asked);
    if (answer.type === "failed") throw new ModelRefused(answer.reason);
  };
  const loadModel: InferenceChild["load"] = async (settings, onProgress) => {
    await computing.ready;
    const answer = await computing.ask(
      { type: "load", settings },
      {
        ...asked,
        onProgress: (said) => {
          if (said.type === "progress") onProgress(said.stage, said.done);
        },
      },
    );
    if (answer.type === "ready") return answer.facts;
    throw answer.type === "unusable" ? new ModelRefused(answer.reason) : unexpected(answer);
  };
  const exits = [computing.exited, tokenising.exited].map((exit) => exit.then(toldWithoutPaths));
  const ended = Promise.race(exits);
  void ended.then(kill);
  return {
    pid: computing.pid,
    ended,
    exited: bothExited(ended, exits),
    async load(settings, onProgress) {
      const [opened, loaded] = await Promise.allSettled([open(settings), loadModel(settings, onProgress)]);
      // That one has checked the files, so it knows better what is wrong with them.
      if (loaded.status === "rejected") throw loaded.reason;
      if (opened.status === "rejected") throw opened.reason;
      return loaded.value;
    },
    async tokenise(groups) {
      const answer = await tokenising.ask({ type: "tokenise", groups: [...groups] }, asked);
      if (answer.type === "tokenised") return answer;
      throw unexpected(answer);
    },
    async run(ids, lengths) {
      const answer = await computing.ask({ type: "run", ids, lengths }, asked);
      if (answer.type === "embedded" || answer.type === "scored") return answer;
      throw unexpected(answer);
    },
    kill,
  };
}

async function bothExited(ended: Promise<ProcessExit>, exits: readonly Promise<ProcessExit>[]): Promise<ProcessExit> {
  const words = (await Promise.all(exits)).map(({ lastWords }) => lastWords);
  return { ...(await ended), lastWords: words.find((said) => said !== "") ?? "" };
}

const toldWithoutPaths = (exit: ProcessExit): ProcessExit => ({
  ...exit,
  lastWords: withoutRuntimePrefix(withoutPaths(exit.lastWords)),
});

const unexpected = (answer: FromChild | FromTokeniser): Error =>
  answer.type === "failed"
    ? new OperationFailed(answer.reason)
    : new Error(`the inference process answered ${answer.type} to something else`);

/** ONNX Runtime begins its lines with time, place and error number. */
const withoutRuntimePrefix = (line: string) => line.replace(/^.*\[ONNXRuntimeError\] : \d+ : \w+ : /, "");
