import { getLogger } from "@logtape/logtape";
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
} from "./child-messages.ts";
import { withoutPaths } from "./fault-text.ts";

/** How a child ended. */
export interface ChildExit {
  /** Such as `was killed by SIGKILL` or `ended with code 134`. */
  how: string;
  /** The last line it wrote to stderr, where native libraries say what really happened; without paths. */
  stderr: string;
}

/** The child reported that its model cannot be used. */
export class ModelRefused extends Error {
  override readonly name = "ModelRefused";
}

/** The child ended while it was working on something. */
export class ChildGone extends Error {
  override readonly name = "ChildGone";
}

/** One operation failed in the child, which goes on. */
class OperationFailed extends Error {
  override readonly name = "OperationFailed";
}

/** A process that serves one model on one device. One operation at a time: it does them one after the other. */
export interface InferenceChild {
  readonly pid: number;
  readonly exited: Promise<ChildExit>;
  /** @throws ModelRefused, ChildGone */
  load(settings: LoadSettings, onProgress: (stage: LoadStage, done: number) => void): Promise<ModelFacts>;
  /** @throws OperationFailed, ChildGone */
  tokenise(groups: readonly TextGroup[]): Promise<Tokenised>;
  /** @throws OperationFailed, ChildGone */
  run(ids: Int32Array, lengths: Int32Array): Promise<RunAnswer>;
  /** SIGKILL: safe while it computes, and the only way to get all memory back. */
  kill(): void;
}

export type StartChild = () => InferenceChild;

const log = getLogger(["sidecar", "retrieval"]);
const program = new URL("./child.ts", import.meta.url).pathname;
const stderrKeptCharacters = 4096;

/** Starts inference processes with these variables and no others, so that no secret reaches them. */
export function childStarter(environment: Readonly<Record<string, string>>): StartChild {
  return () => new BunChild(environment);
}

interface Waiting {
  resolve(message: FromChild): void;
  reject(error: Error): void;
}

class BunChild implements InferenceChild {
  readonly exited: Promise<ChildExit>;
  readonly #process: Bun.Subprocess<"ignore", "ignore", "pipe">;
  readonly #started = Promise.withResolvers<void>();
  #waiting: Waiting | undefined;
  #onProgress: (stage: LoadStage, done: number) => void = () => undefined;
  #gone: ChildGone | undefined;
  #lastId = 0;

  constructor(environment: Readonly<Record<string, string>>) {
    this.#process = Bun.spawn([process.execPath, program], {
      ipc: (message) => this.#receive(message),
      serialization: "advanced",
      stdio: ["ignore", "ignore", "pipe"],
      env: { ...environment },
    });
    const stderr = tailOf(this.#process.stderr);
    this.exited = this.#process.exited.then(async (code) => {
      const signal = this.#process.signalCode;
      const how = signal === null ? `ended with code ${code}` : `was killed by ${signal}`;
      this.#gone = new ChildGone(`the inference process ${how}`);
      this.#started.reject(this.#gone);
      this.#settle()?.reject(this.#gone);
      return { how, stderr: lastLineOf(await stderr) };
    });
    // Whoever waits for the start hears of it; nobody may be waiting.
    this.#started.promise.catch(() => undefined);
  }

  get pid(): number {
    return this.#process.pid;
  }

  async load(settings: LoadSettings, onProgress: (stage: LoadStage, done: number) => void): Promise<ModelFacts> {
    this.#onProgress = onProgress;
    // A message that is sent before the program listens would be lost.
    await this.#started.promise;
    const answer = await this.#ask({ type: "load", settings });
    if (answer.type === "ready") return answer.facts;
    throw answer.type === "unusable" ? new ModelRefused(answer.reason) : unexpected(answer);
  }

  async tokenise(groups: readonly TextGroup[]): Promise<Tokenised> {
    const answer = await this.#ask({ type: "tokenise", id: this.#nextId(), groups: [...groups] });
    if (answer.type === "tokenised") return answer;
    throw unexpected(answer);
  }

  async run(ids: Int32Array, lengths: Int32Array): Promise<RunAnswer> {
    const answer = await this.#ask({ type: "run", id: this.#nextId(), ids, lengths });
    if (answer.type === "embedded" || answer.type === "scored") return answer;
    throw unexpected(answer);
  }

  kill(): void {
    this.#process.kill("SIGKILL");
  }

  #nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  #ask(message: ToChild): Promise<FromChild> {
    if (this.#gone !== undefined) return Promise.reject(this.#gone);
    if (this.#waiting !== undefined) return Promise.reject(new Error("the inference process has work already"));
    const { promise, resolve, reject } = Promise.withResolvers<FromChild>();
    this.#waiting = { resolve, reject };
    this.#process.send(message);
    return promise;
  }

  #receive(raw: unknown): void {
    const parsed = fromChild.safeParse(raw);
    if (!parsed.success) {
      log.error("An inference process sent a message of the wrong shape and is ended.", { pid: this.pid });
      this.kill();
      return;
    }
    const message = parsed.data;
    if (message.type === "started") this.#started.resolve();
    else if (message.type === "progress") this.#onProgress(message.stage, message.done);
    else this.#settle()?.resolve(message);
  }

  #settle(): Waiting | undefined {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    return waiting;
  }
}

const unexpected = (answer: FromChild): Error =>
  answer.type === "failed"
    ? new OperationFailed(answer.reason)
    : new Error(`the inference process answered ${answer.type} to something else`);

/** ONNX Runtime colours its lines and begins them with time, place and error number. */
const lastLineOf = (tail: string): string =>
  withoutPaths(Bun.stripANSI(tail).trim().split("\n").at(-1) ?? "").replace(
    /^.*\[ONNXRuntimeError\] : \d+ : \w+ : /,
    "",
  );

async function tailOf(stream: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let tail = "";
  for await (const piece of stream) {
    tail = (tail + decoder.decode(piece, { stream: true })).slice(-stderrKeptCharacters);
  }
  return tail;
}
