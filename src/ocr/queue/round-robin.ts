/** Documents in the order of their next turn, each with the pages that wait. */
export interface RoundRobin<Page, Document extends { waiting: Page[] }> {
  documents(): readonly Document[];
  add(document: Document): void;
  /** Whether the document was there. */
  remove(document: Document): boolean;
  /** The page whose turn it is, taken out of its document. */
  takeNext(): Page | undefined;
}

/**
 * Whose turn it is. A document that was served goes to the end, and a new one stands right before the one that was
 * served last, so that a letter waits for nobody's second page and yet cannot starve a book.
 */
export function createRoundRobin<Page, Document extends { waiting: Page[] }>(): RoundRobin<Page, Document> {
  const documents: Document[] = [];
  let lastServed: Document | undefined;
  return {
    documents: () => documents,
    add(document) {
      const last = documents.at(-1);
      const place = last !== undefined && last === lastServed ? documents.length - 1 : documents.length;
      documents.splice(place, 0, document);
    },
    remove(document) {
      const place = documents.indexOf(document);
      if (place >= 0) documents.splice(place, 1);
      return place >= 0;
    },
    takeNext() {
      const place = documents.findIndex(({ waiting }) => waiting.length > 0);
      const [document] = place < 0 ? [] : documents.splice(place, 1);
      if (document === undefined) return undefined;
      documents.push(document);
      lastServed = document;
      return document.waiting.shift();
    },
  };
}
