import { type ProcessExit, ProcessGone } from "../../src/processes/process-exit.ts";
import { type InferenceChild, ModelRefused, OperationFailed } from "../../src/retrieval/child/inference-child.ts";
import type { LoadSettings, RunAnswer } from "../../src/retrieval/child/messages.ts";
import type { TextGroup } from "../../src/retrieval/child/tokenise-messages.ts";

/** What goes wrong on the fake GPU. */
export type FakeFault = "none" | "load" | "wrong numbers" | "rounded numbers" | "run" | "hang" | "crash";

const killed: ProcessExit = { why: "crashed", wasBusy: true, how: "was killed by SIGKILL", lastWords: "" };

/**
 * Children that compute nothing: the vector of a sequence is its ids. Stricter than the real ones: they throw
 * on a third batch at a time, on a second on the CPU and of anything else, and on any work after their end.
 */
export class FakeChildren {
  readonly started: FakeChild[] = [];
  /** How children on the GPU behave from now on. */
  fault: FakeFault = "none";
  /** Children on the GPU that are killed have gone only when this resolves. */
  gone: Promise<void> = Promise.resolve();
  /** Batches end only when this resolves, on the CPU too. */
  held: Promise<void> = Promise.resolve();
  /** Which texts are longer than the model reads. */
  truncates: (text: string) => boolean = () => false;
  /** Which batches cannot be computed, by their ids. */
  refuses: (ids: Int32Array) => boolean = () => false;
  /** How long each batch takes at least. */
  batchMs = 0;
  /** Called before each batch ends. */
  onBatch: () => void = () => undefined;
  readonly start = (): InferenceChild => {
    const child = new FakeChild(this, this.started.length + 1);
    this.started.push(child);
    return child;
  };

  on(device: "cpu" | "cuda"): FakeChild[] {
    return this.started.filter((child) => child.settings?.device === device);
  }
}

export class FakeChild implements InferenceChild {
  readonly family: FakeChildren;
  readonly pid: number;
  settings: LoadSettings | undefined;
  alive = true;
  /** Operations that it began, and those that it ended. */
  batches = 0;
  tokenised = 0;
  readonly ended: Promise<ProcessExit>;
  readonly exited: Promise<ProcessExit>;
  readonly #exit = Promise.withResolvers<ProcessExit>();
  readonly #gone = Promise.withResolvers<never>();
  readonly #going = { compute: 0, tokenise: 0 };
  /** Most batches that it had at a time. */
  batchesAtATime = 0;

  constructor(family: FakeChildren, pid: number) {
    this.family = family;
    this.pid = pid;
    this.ended = this.#exit.promise;
    this.exited = this.#exit.promise;
    this.#gone.promise.catch(() => undefined);
  }

  /** Tells how far it is with its model. */
  onProgress: Parameters<InferenceChild["load"]>[1] = () => undefined;

  load(settings: LoadSettings, onProgress: FakeChild["onProgress"]) {
    this.onProgress = onProgress;
    return this.#operation("compute", () => {
      this.settings = settings;
      if (this.#fault === "load") throw new ModelRefused("the provider is broken");
      return { dimension: 4, maxTokens: settings.maxTokens };
    });
  }

  async tokenise(groups: readonly TextGroup[]) {
    const answer = await this.#operation("tokenise", () => {
      const texts = groups.flatMap((group) => group.texts);
      const ids = texts.map((text) => [0, ...Array.from(text, (letter) => letter.codePointAt(0) ?? 0), 2]);
      const lengths = Int32Array.from(ids, ({ length }) => length);
      return {
        type: "tokenised",
        ids: Int32Array.from(ids.flat()),
        lengths,
        truncated: texts.map((text) => this.family.truncates(text)),
      } as const;
    });
    this.tokenised += 1;
    return answer;
  }

  run(ids: Int32Array, lengths: Int32Array): Promise<RunAnswer> {
    return this.#operation("compute", async () => {
      this.batches += 1;
      await this.family.held;
      if (this.family.batchMs > 0) await Bun.sleep(this.family.batchMs);
      this.family.onBatch();
      if (this.family.refuses(ids)) throw new OperationFailed("its output holds numbers that are not finite");
      if (this.#fault === "run") throw new Error("no kernel image is available");
      if (this.#fault === "hang") return new Promise<never>(() => undefined);
      if (this.#fault === "crash") {
        this.kill();
        return this.#gone.promise;
      }
      const sign = this.#fault === "wrong numbers" ? -1 : 1;
      // TF32 has ten bits behind the point.
      const rounded = this.#fault === "rounded numbers" ? 1 + 2 ** -10 : 1;
      const starts = Array.from(lengths, (_, index) =>
        lengths.slice(0, index).reduce((sum, length) => sum + length, 0),
      );
      const dense = starts.flatMap((start) =>
        [1, sign, (ids[start + 1] ?? 0) / 100, 1].map((value) => value * rounded),
      );
      const sparse = {
        indices: Int32Array.from(starts, () => 7),
        values: Float32Array.from(starts, () => 1),
        lengths: Int32Array.from(starts, () => 1),
      };
      return this.settings?.kind === "embed"
        ? { type: "embedded", dense: Float32Array.from(dense), sparse }
        : { type: "scored", logits: Float32Array.from(starts, (start) => (ids[start + 1] ?? 0) * sign * rounded) };
    });
  }

  kill(): void {
    if (!this.alive) return;
    this.alive = false;
    this.#gone.reject(new ProcessGone(killed));
    const gone = this.settings?.device === "cuda" ? this.family.gone : Promise.resolve();
    void gone.then(() => this.#exit.resolve(killed));
  }

  get #fault(): FakeFault {
    return this.settings?.device === "cuda" ? this.family.fault : "none";
  }

  async #operation<Value>(kind: "compute" | "tokenise", work: () => Value | Promise<Value>): Promise<Value> {
    if (!this.alive) throw new ProcessGone(killed);
    const most = kind === "compute" && this.settings?.device === "cuda" ? 2 : 1;
    if (this.#going[kind] >= most) throw new Error(`it is asked to ${kind} more than it may be at a time`);
    this.#going[kind] += 1;
    this.batchesAtATime = Math.max(this.batchesAtATime, this.#going.compute);
    try {
      await Promise.resolve();
      return await Promise.race([work(), this.#gone.promise]);
    } finally {
      this.#going[kind] -= 1;
    }
  }
}
