import { type FakeModel, fullName } from "./models.ts";

interface RunnerOptions {
  model: FakeModel;
  contextTokens: number;
  vramMb: number;
  pinned: boolean;
  slots: number;
}

const defaultKeepAliveSeconds = 300;

/** A model in memory: who uses it, who waits for a slot, and when it goes. */
export class Runner {
  readonly name: string;
  readonly model: FakeModel;
  readonly contextTokens: number;
  readonly vramMb: number;
  readonly pinned: boolean;
  state: "loading" | "ready" | "unloading" = "loading";
  /** Requests that were admitted and have not ended. */
  users = 0;
  keepAliveSeconds = defaultKeepAliveSeconds;
  expiresAt: Date | undefined;
  /** Answers one glyph until it is loaded again. */
  poisoned = false;
  #freeSlots: number;
  readonly #queue: Array<() => void> = [];
  #timer: Timer | undefined;

  constructor({ model, contextTokens, vramMb, pinned, slots }: RunnerOptions) {
    this.name = fullName(model.name);
    this.model = model;
    this.contextTokens = contextTokens;
    this.vramMb = vramMb;
    this.pinned = pinned;
    this.#freeSlots = slots;
  }

  /** How long it would stay: the order of eviction. */
  get patience(): number {
    return this.keepAliveSeconds < 0 ? Number.POSITIVE_INFINITY : this.keepAliveSeconds;
  }

  async enterSlot(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#freeSlots > 0) {
      this.#freeSlots -= 1;
      return;
    }
    const turn = Promise.withResolvers<void>();
    const onAbort = () => {
      const index = this.#queue.indexOf(turn.resolve);
      if (index === -1) return;
      this.#queue.splice(index, 1);
      turn.reject(signal.reason);
    };
    this.#queue.push(turn.resolve);
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      await turn.promise;
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  }

  leaveSlot(): void {
    const next = this.#queue.shift();
    if (next === undefined) this.#freeSlots += 1;
    else next();
  }

  startTimer(delayMs: number, onExpiry: () => void): void {
    this.expiresAt = new Date(Date.now() + delayMs);
    this.#timer = setTimeout(onExpiry, delayMs);
    this.#timer.unref();
  }

  stopTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.expiresAt = undefined;
  }
}
