/** Lets one at a time through, in the order of asking. */
export class SingleLane {
  readonly #waiting: Array<() => void> = [];
  #free = true;

  /** Resolves when it is the caller's turn, with the function that ends the turn. */
  async enter(): Promise<() => void> {
    if (this.#free) this.#free = false;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    let left = false;
    return () => {
      if (left) return;
      left = true;
      const next = this.#waiting.shift();
      if (next === undefined) this.#free = true;
      else next();
    };
  }
}
