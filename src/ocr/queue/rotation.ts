/** The waiting entries of one document. */
export interface RotationLane<Entry> {
  waiting: Entry[];
}

/**
 * Whose turn it is. The lanes stand in the order of their next turn; one that was served goes to the end, and a new
 * one stands right before the one that was served last, so that a letter waits for nobody's second page and yet
 * cannot starve a book.
 */
export class Rotation<Entry, Lane extends RotationLane<Entry>> {
  readonly #lanes: Lane[] = [];
  #lastServed: Lane | undefined;

  get size(): number {
    return this.#lanes.length;
  }

  get lanes(): readonly Lane[] {
    return this.#lanes;
  }

  add(lane: Lane): void {
    const last = this.#lanes.at(-1);
    const place = last !== undefined && last === this.#lastServed ? this.#lanes.length - 1 : this.#lanes.length;
    this.#lanes.splice(place, 0, lane);
  }

  /** Whether the lane was there. */
  remove(lane: Lane): boolean {
    const place = this.#lanes.indexOf(lane);
    if (place >= 0) this.#lanes.splice(place, 1);
    return place >= 0;
  }

  /** The entry whose turn it is, taken out of its lane. */
  takeNext(): Entry | undefined {
    const place = this.#lanes.findIndex((lane) => lane.waiting.length > 0);
    const [lane] = place < 0 ? [] : this.#lanes.splice(place, 1);
    if (lane === undefined) return undefined;
    this.#lanes.push(lane);
    this.#lastServed = lane;
    return lane.waiting.shift();
  }
}
