import { getLogger } from "@logtape/logtape";
import { backOffMs } from "../../processes/back-off.ts";
import { type ProcessExit, ProcessGone } from "../../processes/process-exit.ts";
import type { InferenceChild, StartChild } from "../child/inference-child.ts";
import type { LoadSettings } from "../child/messages.ts";
import { withoutPaths } from "../faults.ts";
import { isNews, isSettled, type SessionState, startsOnDemand } from "./session-state.ts";

export type Prepared = { ok: true; settings: LoadSettings } | { ok: false; reason: string };

export interface SessionOptions {
  /** What it serves, for the log: `embedding model on cpu`. */
  label: string;
  /** Finds the model's files; may fetch them, and says how far it is. */
  prepare(onFetch: (done: number) => void): Promise<Prepared>;
  /** The child has loaded the files. */
  onReady(): void;
  startChild: StartChild;
  /** Whether a child that ended is started again; a GPU child is not. */
  restarts: boolean;
  now(): number;
}

const log = getLogger(["sidecar", "retrieval"]);
/** Loading that ends the child so often in a row is a fault of the model or the machine, and is said so. */
const loadCrashesUntilFailed = 3;

/** One model on one device: keeps a child alive for it, from the first demand until it is closed. */
export class ModelSession {
  crashes = 0;
  replacements = 0;
  readonly #options: SessionOptions;
  readonly #listeners = new Set<() => void>();
  #state: SessionState = { state: "idle" };
  #since: number;
  #child: InferenceChild | undefined;
  #replacing = false;
  #crashesInRow = 0;
  #loadCrashesInRow = 0;
  #restart: ReturnType<typeof setTimeout> | undefined;
  /** What was missing, while it is looked for again. */
  #missed: SessionState | undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#since = options.now();
  }

  get state(): SessionState {
    return this.#state;
  }

  /** The same for people: what is missing stays missing while it is looked for again, however often somebody asks. */
  get told(): SessionState {
    return this.#missed ?? this.#state;
  }

  /** The child, when it is ready for work. */
  get ready(): InferenceChild | undefined {
    return this.#state.state === "ready" ? this.#child : undefined;
  }

  /** Process id of the child, while there is one. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }

  /** Resolves as soon as it is known whether the child is ready or will not be; starts nothing. */
  async settled(): Promise<SessionState> {
    while (!isSettled(this.#state)) {
      await new Promise<void>((resolve) => {
        const listener = () => {
          this.#listeners.delete(listener);
          resolve();
        };
        this.#listeners.add(listener);
      });
    }
    return this.#state;
  }

  /** There is work: starts the child unless it lives or is known not to work. */
  demand(): void {
    if (startsOnDemand(this.#state, this.#options.now() - this.#since)) this.#start();
  }

  /** A batch was computed: the child works. */
  proved(): void {
    this.#crashesInRow = 0;
  }

  /** Ends a child that does nothing useful and starts another. */
  replace(why: string): void {
    if (this.#child === undefined || this.#replacing || this.#closed) return;
    log.warning("The {label} is replaced: {why}.", { label: this.#options.label, why });
    this.#replacing = true;
    this.replacements += 1;
    this.#enter({ state: "restarting", reason: why, atMs: this.#options.now() });
    this.#child.kill();
  }

  /** Ends the child for good. */
  async close(reason: string): Promise<void> {
    clearTimeout(this.#restart);
    this.#enter({ state: "gone", reason });
    const child = this.#child;
    child?.kill();
    await child?.exited;
  }

  #start(): void {
    if (this.#state.state === "missing") this.#missed = this.#state;
    this.#enter({ state: "starting" });
    this.#load().catch((error: unknown) => this.#enter({ state: "failed", reason: withoutPaths(error) }));
  }

  async #load(): Promise<void> {
    const prepared = await this.#options.prepare((done) => this.#enter({ state: "fetching", done }));
    if (this.#closed) return;
    if (!prepared.ok) {
      this.#enter({ state: "missing", reason: prepared.reason });
      return;
    }
    this.#missed = undefined;
    const child = this.#options.startChild();
    this.#child = child;
    const ended = child.ended.then((exit) => this.#ended(child, exit));
    try {
      const facts = await child.load(prepared.settings, (stage, done) =>
        this.#enter({ state: "loading", stage, done }),
      );
      this.#options.onReady();
      this.#loadCrashesInRow = 0;
      this.#enter({ state: "ready", facts });
    } catch (error) {
      if (error instanceof ProcessGone) return ended;
      this.#child = undefined;
      child.kill();
      const { lastWords } = await child.exited;
      const reason = lastWords === "" ? withoutPaths(error) : `${withoutPaths(error)} (${lastWords})`;
      this.#enter({ state: "failed", reason });
    }
  }

  #ended(child: InferenceChild, exit: ProcessExit): void {
    if (this.#child !== child) return;
    this.#child = undefined;
    if (this.#closed) return;
    if (this.#replacing && this.#options.restarts) {
      this.#replacing = false;
      this.#start();
      return;
    }
    const loaded = this.#state.state === "ready";
    const reason = exit.lastWords === "" ? exit.how : `${exit.how} (${exit.lastWords})`;
    this.crashes += 1;
    this.#crashesInRow += 1;
    log.error("The process of the {label} {reason}.", { label: this.#options.label, reason });
    if (!loaded) this.#loadCrashesInRow += 1;
    const hopeless = this.#loadCrashesInRow >= loadCrashesUntilFailed;
    if (!this.#options.restarts || hopeless) {
      this.#enter({ state: "failed", reason });
      return;
    }
    const waitMs = backOffMs(this.#crashesInRow);
    this.#enter({ state: "restarting", reason, atMs: this.#options.now() + waitMs });
    this.#restart = setTimeout(() => this.#start(), waitMs);
  }

  get #closed(): boolean {
    return this.#state.state === "gone";
  }

  /** Whatever is told later of a session that was closed, it stays so. */
  #enter(state: SessionState): void {
    if (this.#closed) return;
    const { label } = this.#options;
    const before = this.told;
    if (state.state !== "starting") this.#missed = undefined;
    const news = isNews(before, this.#missed ?? state);
    this.#since = this.#options.now();
    this.#state = state;
    if (news && state.state === "failed") log.error("The {label} cannot be loaded: {reason}.", { label, ...state });
    else if (news && state.state === "missing") log.warning("The {label} is missing: {reason}.", { label, ...state });
    else if (news) log.info("The {label} is {state}.", { label, ...state });
    for (const listener of this.#listeners) listener();
  }
}
