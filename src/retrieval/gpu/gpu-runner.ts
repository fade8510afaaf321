import { getLogger } from "@logtape/logtape";
import { messageOf, SidecarError } from "../../errors.ts";
import type { BatchLimits } from "../batching/batch-plan.ts";
import type { Batcher } from "../batching/batcher.ts";
import type { TextGroup } from "../child/tokenise-messages.ts";
import type { ModelSession } from "../models/model-session.ts";
import { type CanaryVerdict, judgeCanary } from "./canary.ts";
import type { GpuPlan, GpuProcess } from "./gpu-memory.ts";
import { decideGpuKeep, decideGpuStart, type FreeVram, type GpuState, gpuLatchMs, withoutModel } from "./gpu-policy.ts";

/** What was done with a GPU child, and why. */
export interface GpuChange {
  action: "starting" | "ready" | "left";
  reason: string;
}

export interface GpuOptions<Result> {
  /** What callers know the model as, such as `embedding model`. */
  name: string;
  device: "auto" | "cpu" | "cuda";
  providerPresent: boolean;
  thresholdMb: number;
  idleMs: number;
  /** How often the VRAM is read while a child lives. */
  watchEveryMs: number;
  readFreeVram(signal: AbortSignal): Promise<FreeVram>;
  /** What a child may hold, the largest first; none while the model's files are not there. */
  plans(): Promise<readonly GpuPlan[]>;
  /** A new session on the GPU with its batcher. */
  open(limits: BatchLimits): { session: ModelSession; batcher: Batcher<Result> };
  /** The fixed texts, and the numbers they give on the CPU. */
  canary: { group: TextGroup; numbers(results: readonly Result[]): number[] };
  /** Whether it is to be exact on the GPU: single floats, and no TF32. */
  exact: boolean;
  cpu: Batcher<Result>;
  onGpu(change: GpuChange): void;
  now(): number;
}

interface Child<Result> {
  session: ModelSession;
  batcher: Batcher<Result>;
  unknownReadings: number;
  watch: ReturnType<typeof setTimeout> | undefined;
}

const log = getLogger(["sidecar", "retrieval"]);
const unlimited: FreeVram = { known: true, freeMb: Number.POSITIVE_INFINITY, spilled: false };

/** Keeps at most one GPU child for a model: starts it when there is room, and ends it when others need it. */
export class GpuRunner<Result> {
  failures = 0;
  readonly #options: GpuOptions<Result>;
  readonly #closing = new AbortController();
  #state: GpuState = { state: "off" };
  #why = "nothing has asked for it";
  #plan: GpuPlan | undefined;
  #child: Child<Result> | undefined;
  /** Resolves when the last child has gone: until then it holds its memory. */
  #ending: Promise<void> | undefined;
  #usedMs = 0;
  #considering: Promise<void> | undefined;

  constructor(options: GpuOptions<Result>) {
    this.#options = options;
  }

  /** The batcher of a child that has proved itself. */
  get ready(): Batcher<Result> | undefined {
    return this.#state.state === "ready" ? this.#child?.batcher : undefined;
  }

  /** Where it stands and why, and its process while that holds VRAM. */
  get status(): { state: GpuState["state"]; reason: string; process: GpuProcess | undefined } {
    const plan = this.#child === undefined && this.#ending === undefined ? undefined : this.#plan;
    const pid = this.#child?.session.pid;
    const process = plan === undefined ? undefined : { pid, leastMb: plan.weightsMb, mostMb: plan.heldMb };
    return { state: this.#state.state, reason: this.#why, process };
  }

  /** There is work: starts a child in the background if policy allows. Resolves when that is decided and done. */
  consider(): Promise<void> {
    this.#usedMs = this.#options.now();
    if (this.#closing.signal.aborted || this.#options.device === "cpu") return Promise.resolve();
    this.#considering ??= this.#startIfAllowed()
      .catch((error: unknown) => this.fail(messageOf(error)))
      .finally(() => {
        this.#considering = undefined;
      });
    return this.#considering;
  }

  /** Something went wrong on the GPU, or it must be given up: ends the child and keeps off for a while. */
  fail(why: string): void {
    if (this.#closing.signal.aborted) return;
    this.failures += 1;
    log.warning("The {name} leaves the GPU for {seconds} s: {why}.", {
      name: this.#options.name,
      seconds: gpuLatchMs / 1000,
      why,
    });
    this.#end(why);
    this.#state = { state: "latched", untilMs: this.#options.now() + gpuLatchMs, why };
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#end("the service stops");
    await Promise.all([this.#ending, this.#considering]);
  }

  async #startIfAllowed(): Promise<void> {
    const { device, providerPresent, thresholdMb, now } = this.#options;
    if (this.#state.state === "ready") return;
    const facts = { device, providerPresent, gpu: this.#state, nowMs: now(), thresholdMb };
    // What needs neither the disk nor the card is decided first: this runs with every request.
    const atBest = decideGpuStart({ ...facts, plans: [], vram: unlimited });
    const plans = atBest.reason === withoutModel ? await this.#options.plans() : [];
    if (plans.length === 0) {
      this.#why = atBest.reason;
      return;
    }
    const vram = await this.#options.readFreeVram(this.#closing.signal);
    const { plan, reason } = decideGpuStart({ ...facts, plans, vram });
    this.#why = reason;
    if (plan === undefined || this.#closing.signal.aborted) return;
    log.info("The {name} is started on the GPU: {reason}.", { name: this.#options.name, reason });
    this.#options.onGpu({ action: "starting", reason });
    this.#plan = plan;
    await this.#start(plan);
  }

  async #start({ limits }: GpuPlan): Promise<void> {
    this.#state = { state: "starting" };
    await this.#ending;
    if (this.#closing.signal.aborted) return;
    const child: Child<Result> = { ...this.#options.open(limits), unknownReadings: 0, watch: undefined };
    this.#child = child;
    this.#watch(child);
    child.session.demand();
    const loaded = await child.session.settled();
    if (this.#child !== child) return;
    if (loaded.state !== "ready") throw new Error("reason" in loaded ? loaded.reason : loaded.state);
    const verdict = await this.#canary(child.batcher).catch((error: unknown) => {
      // Its end was decided elsewhere, and its work was refused then.
      if (this.#child !== child) return undefined;
      throw error;
    });
    if (this.#child !== child || verdict === undefined) return;
    if (!verdict.passes) throw new Error(verdict.reason);
    this.#state = { state: "ready" };
    this.#options.onGpu({ action: "ready", reason: verdict.reason });
    this.#usedMs = this.#options.now();
    child.session.onChange(() => {
      const { state } = child.session;
      if (this.#child === child && state.state === "failed") this.fail(state.reason);
    });
  }

  async #canary(gpu: Batcher<Result>): Promise<CanaryVerdict> {
    const { cpu, canary, exact } = this.#options;
    const { signal } = this.#closing;
    const answers = await Promise.all([gpu, cpu].map((batcher) => batcher.submit(canary.group, signal)));
    const [left = [], right = []] = answers.map(({ results }) => canary.numbers(results));
    return judgeCanary(left, right, exact);
  }

  #watch(child: Child<Result>): void {
    child.watch = setTimeout(() => {
      this.#look(child).catch((error: unknown) => this.fail(messageOf(error)));
    }, this.#options.watchEveryMs);
  }

  async #look(child: Child<Result>): Promise<void> {
    const vram = await this.#options.readFreeVram(this.#closing.signal);
    if (this.#child !== child) return;
    child.unknownReadings = vram.known ? 0 : child.unknownReadings + 1;
    const { thresholdMb, idleMs, now } = this.#options;
    const { unknownReadings } = child;
    // Until it is ready nobody can use it: the CPU may take long over the numbers that it is compared with.
    const inUse = this.#state.state !== "ready" || child.batcher.load.requests > 0;
    const unusedMs = inUse ? 0 : now() - this.#usedMs;
    const keep = decideGpuKeep({ vram, thresholdMb, idleMs, unusedMs, unknownReadings });
    switch (keep.action) {
      case "keep":
        this.#watch(child);
        return;
      case "kill":
        this.fail(keep.reason);
        return;
      case "release":
        log.info("The {name} gives the GPU back: {reason}.", { name: this.#options.name, reason: keep.reason });
        this.#end(keep.reason);
    }
  }

  /** Ends the child; requests that it had are refused, and their caller turns to the CPU. */
  #end(why: string): void {
    const child = this.#child;
    this.#child = undefined;
    this.#state = { state: "off" };
    this.#why = why;
    if (child === undefined) return;
    this.#options.onGpu({ action: "left", reason: why });
    clearTimeout(child.watch);
    const ending = child.session
      .close(why)
      .catch((error: unknown) => log.error("A GPU child did not end: {error}", { error }))
      .finally(() => {
        if (this.#ending === ending) this.#ending = undefined;
      });
    this.#ending = ending;
    child.batcher.close(new SidecarError("model_unavailable", `The ${this.#options.name} left the GPU: ${why}.`));
  }
}
