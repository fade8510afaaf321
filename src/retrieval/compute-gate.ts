/**
 * Lets one batch compute at a time, whichever model it is for, in the order of asking: each uses all threads
 * that retrieval may use, and two at once would take the CPU from the rest of the service.
 */
export class ComputeGate {
  readonly #waiting: Array<() => void> = [];
  #open = true;

  /** Resolves when it is the caller's turn, with the function that ends the turn. */
  async enter(): Promise<() => void> {
    if (!this.#open) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#open = false;
    let left = false;
    return () => {
      if (left) return;
      left = true;
      const next = this.#waiting.shift();
      if (next === undefined) this.#open = true;
      else next();
    };
  }
}
