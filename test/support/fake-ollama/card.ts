import { setTimeout as sleep } from "node:timers/promises";
import { digestOf, type FakeModel } from "./models.ts";
import { Runner } from "./runner.ts";

export interface CardOptions {
  totalVramMb: number;
  /** `OLLAMA_NUM_PARALLEL`. */
  parallel: number;
  /** Time between the decision to unload and the memory being free. */
  unloadLagMs: number;
  /** Milliseconds that pass for one second of `keep_alive`. */
  secondMs: number;
}

/** The graphics card and the models in its memory. */
export class Card {
  peakVramMb = 0;
  readonly #options: CardOptions;
  readonly #onFree: () => void;
  readonly #runners = new Map<string, Runner>();
  #foreignVramMb = 0;

  /** `onFree` is called whenever a model has gone. */
  constructor(options: CardOptions, onFree: () => void) {
    this.#options = options;
    this.#onFree = onFree;
  }

  get runners(): Runner[] {
    return [...this.#runners.values()];
  }

  get usedMb(): number {
    return this.runners.reduce((sum, runner) => sum + runner.vramMb, this.#foreignVramMb);
  }

  get freeMb(): number {
    return Math.max(0, this.#options.totalVramMb - this.usedMb);
  }

  /** VRAM that other processes hold; `/api/ps` does not show it. */
  set foreignVramMb(megabytes: number) {
    this.#foreignVramMb = megabytes;
    this.#notePeak();
  }

  /** What is loaded of this very model; one that was created again under the same name is another. */
  find(model: FakeModel): Runner | undefined {
    return this.#runners.get(digestOf(model));
  }

  holds(runner: Runner): boolean {
    return this.find(runner.model) === runner;
  }

  place(model: FakeModel, contextTokens: number, vramMb: number, pinned: boolean): Runner {
    const runner = new Runner({ model, contextTokens, vramMb, pinned, slots: this.#options.parallel });
    this.#runners.set(digestOf(model), runner);
    this.#notePeak();
    return runner;
  }

  /** Nobody uses the model any more: now its keep_alive counts. */
  rest(runner: Runner): void {
    if (runner.keepAliveSeconds === 0) this.unload(runner);
    else if (runner.keepAliveSeconds > 0 && !runner.pinned) {
      runner.startTimer(runner.keepAliveSeconds * this.#options.secondMs, () => this.unload(runner));
    }
  }

  unload(runner: Runner): void {
    runner.stopTimer();
    runner.state = "unloading";
    void sleep(this.#options.unloadLagMs).then(() => this.remove(runner));
  }

  remove(runner: Runner): void {
    if (this.holds(runner)) this.#runners.delete(digestOf(runner.model));
    this.#onFree();
  }

  /** Forgets every model and timer, as the end of the process does. */
  clear(): void {
    for (const runner of this.runners) runner.stopTimer();
    this.#runners.clear();
  }

  #notePeak(): void {
    this.peakVramMb = Math.max(this.peakVramMb, this.usedMb);
  }
}
