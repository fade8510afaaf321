import { setTimeout as sleep } from "node:timers/promises";
import { Card, type CardOptions } from "./card.ts";
import { type FakeModel, fullName } from "./models.ts";
import type { LoadRecord } from "./records.ts";
import type { Runner } from "./runner.ts";

export interface SchedulerOptions extends CardOptions {
  /** `OLLAMA_MAX_QUEUE`: requests that wait for a model to be loaded; those for a loaded one are not refused. */
  maxQueue: number;
  loadDelayMs: number;
}

/** What a request needs of a model. */
export interface Need {
  model: FakeModel;
  contextTokens: number;
  /** Undefined when the request names none. Negative is for ever. */
  keepAliveSeconds: number | undefined;
}

/** The use of a model by one request, until `release`. */
export interface Lease {
  runner: Runner;
  coldLoad: boolean;
  loadMs: number;
  release(): void;
}

export class QueueFullError extends Error {}

interface Ticket {
  need: Need;
  load: LoadRecord | undefined;
  admit: (runner: Runner) => void;
}

/**
 * Ollama's scheduler as far as callers can see it: one queue in order of arrival, cold loads, eviction of the
 * idle model with the shortest keep_alive, spilling to the CPU where nothing can be evicted, expiry.
 */
export class Scheduler {
  readonly loads: LoadRecord[] = [];
  readonly card: Card;
  readonly #options: SchedulerOptions;
  readonly #pending: Ticket[] = [];

  constructor(options: SchedulerOptions) {
    this.#options = options;
    this.card = new Card(options, () => this.#pump());
  }

  /** Puts a model into memory without counting a cold load. A pinned one counts as always in use. */
  preload(model: FakeModel, keepAliveSeconds: number, pinned: boolean): void {
    const runner = this.card.place(model, model.contextTokens, model.sizeMb, pinned);
    runner.state = "ready";
    runner.keepAliveSeconds = keepAliveSeconds;
    this.card.rest(runner);
  }

  /** Waits for the model and a slot. Rejects with `QueueFullError`, or the signal's reason. */
  async acquire(need: Need, signal: AbortSignal): Promise<Lease> {
    signal.throwIfAborted();
    if (this.#pending.length >= this.#options.maxQueue && !this.#isReady(need)) throw new QueueFullError();
    const askedAt = performance.now();
    const ticket = await this.#admitted(need, signal);
    const { runner, load } = ticket;
    const loadMs = load === undefined ? 0 : performance.now() - askedAt;
    try {
      await runner.enterSlot(signal);
    } catch (error) {
      this.#leave(runner);
      throw error;
    }
    const release = () => {
      runner.leaveSlot();
      this.#leave(runner);
    };
    return { runner, coldLoad: load !== undefined, loadMs, release };
  }

  /** What an unload request does: at once when idle, else after the last request that uses the model. */
  expire(model: FakeModel): void {
    const runner = this.card.find(model);
    if (runner === undefined) return;
    runner.keepAliveSeconds = 0;
    if (runner.users === 0 && runner.state === "ready" && !runner.pinned) this.card.unload(runner);
  }

  #isReady({ model, contextTokens }: Need): boolean {
    const runner = this.card.find(model);
    return runner?.state === "ready" && runner.contextTokens === contextTokens;
  }

  #admitted(need: Need, signal: AbortSignal): Promise<{ runner: Runner; load: LoadRecord | undefined }> {
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        this.#abandon(ticket);
        reject(signal.reason);
      };
      const admit = (runner: Runner) => {
        signal.removeEventListener("abort", onAbort);
        resolve({ runner, load: ticket.load });
      };
      const ticket: Ticket = { need, load: undefined, admit };
      signal.addEventListener("abort", onAbort, { once: true });
      this.#pending.push(ticket);
      this.#pump();
    });
  }

  #abandon(ticket: Ticket): void {
    this.#pending.splice(this.#pending.indexOf(ticket), 1);
    if (ticket.load !== undefined) {
      ticket.load.outcome = "abandoned";
      ticket.load.endedAt = performance.now();
      const runner = this.card.find(ticket.need.model);
      if (runner?.state === "loading") this.card.remove(runner);
    }
    this.#pump();
  }

  /** Admits from the head of the queue for as long as its model is ready; else works towards that. */
  #pump(): void {
    for (let head = this.#pending[0]; head !== undefined; head = this.#pending[0]) {
      const runner = this.card.find(head.need.model);
      if (runner === undefined) this.#makeRoomAndLoad(head);
      if (runner?.state !== "ready") return;
      if (runner.contextTokens !== head.need.contextTokens) {
        if (runner.users === 0) this.card.unload(runner);
        return;
      }
      this.#pending.shift();
      runner.stopTimer();
      runner.users += 1;
      runner.keepAliveSeconds = head.need.keepAliveSeconds ?? runner.keepAliveSeconds;
      head.admit(runner);
    }
  }

  #makeRoomAndLoad(head: Ticket): void {
    const { sizeMb, name } = head.need.model;
    const { freeMb } = this.card;
    head.load ??= {
      model: fullName(name),
      startedAt: performance.now(),
      neededMb: sizeMb,
      freeMb,
      evicted: [],
      spilledMb: 0,
      outcome: "loading",
      endedAt: undefined,
    };
    if (sizeMb > freeMb) {
      if (this.card.runners.some((runner) => runner.state === "unloading")) return;
      const movable = this.card.runners.filter((runner) => !runner.pinned);
      const idle = movable.filter((runner) => runner.users === 0).sort((a, b) => a.patience - b.patience)[0];
      if (idle !== undefined) {
        head.load.evicted.push(idle.name);
        this.card.unload(idle);
        return;
      }
      if (movable.length > 0) return;
    }
    this.#load(head.need, head.load, Math.min(sizeMb, freeMb));
  }

  #load({ model, contextTokens }: Need, load: LoadRecord, vramMb: number): void {
    const runner = this.card.place(model, contextTokens, vramMb, false);
    load.spilledMb = model.sizeMb - vramMb;
    this.loads.push(load);
    void sleep(this.#options.loadDelayMs).then(() => {
      if (!this.card.holds(runner)) return;
      load.outcome = "loaded";
      load.endedAt = performance.now();
      runner.state = "ready";
      this.#pump();
    });
  }

  #leave(runner: Runner): void {
    runner.users -= 1;
    if (runner.users === 0 && this.card.holds(runner)) this.card.rest(runner);
    this.#pump();
  }
}
