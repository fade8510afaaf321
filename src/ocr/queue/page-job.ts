/** One page waiting for its turn. */
export interface PageJob<Result> {
  /** Work that needs no slot, begun shortly before the turn comes. */
  prepare(): Promise<void>;
  /**
   * A result that needs no slot, because it is known or being made already; undefined when there is none. Asked
   * once the preparation is done, and again whenever another page has started.
   */
  join(): Promise<Result> | undefined;
  /** Called once, when a slot is free, the preparation is done and there was nothing to join. */
  start(): StartedJob<Result>;
}

export interface StartedJob<Result> {
  result: Promise<Result>;
  /** Settles when the slot is free again. Never rejects. */
  slot: Promise<void>;
}

/** The waiting pages of one admitted document. */
export interface QueuedDocument {
  /** Queues a page; rejects with the signal's reason if that is aborted before or while it runs. */
  add<Result>(job: PageJob<Result>, signal: AbortSignal): Promise<Result>;
  /** Takes the document out. `abandoned` says that its caller has gone. */
  close(abandoned: boolean): void;
}
