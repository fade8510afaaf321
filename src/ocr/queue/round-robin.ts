/** The waiting entries of one document. */
export interface WithWaiting<Entry> {
  waiting: Entry[];
}

/**
 * Whose turn it is. The documents stand in the order of their next turn; one that was served goes to the end, and a new
 * one stands right before the one that was served last, so that a letter waits for nobody's second page and yet
 * cannot starve a book.
 */
export class RoundRobin<Entry, Document extends WithWaiting<Entry>> {
  readonly #documents: Document[] = [];
  #lastServed: Document | undefined;

  get size(): number {
    return this.#documents.length;
  }

  get documents(): readonly Document[] {
    return this.#documents;
  }

  add(document: Document): void {
    const last = this.#documents.at(-1);
    const place = last !== undefined && last === this.#lastServed ? this.#documents.length - 1 : this.#documents.length;
    this.#documents.splice(place, 0, document);
  }

  /** Whether the document was there. */
  remove(document: Document): boolean {
    const place = this.#documents.indexOf(document);
    if (place >= 0) this.#documents.splice(place, 1);
    return place >= 0;
  }

  /** The entry whose turn it is, taken out of its document. */
  takeNext(): Entry | undefined {
    const place = this.#documents.findIndex((document) => document.waiting.length > 0);
    const [document] = place < 0 ? [] : this.#documents.splice(place, 1);
    if (document === undefined) return undefined;
    this.#documents.push(document);
    this.#lastServed = document;
    return document.waiting.shift();
  }
}
