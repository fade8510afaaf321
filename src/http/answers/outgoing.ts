/** Why an answer is let go for others. */
export const tooMuchHeld = "answers of all callers are too large for their readers";

/** An answer that is held in memory until its reader has taken it. */
export interface HeldAnswer {
  /** Bytes that are held now; `undefined` once the answer is over. */
  heldBytes(): number | undefined;
  /** Gives the answer up, unsent as it is. */
  letGo(): void;
}

export interface Outgoing {
  /** Bytes that all answers hold now. */
  heldBytes(): number;
  /** Counts an answer until it is over. */
  add(answer: HeldAnswer): void;
  /** Tells that an answer holds more than before: others are let go, the largest first, while all hold too much. */
  hasGrown(answer: HeldAnswer): void;
}

/**
 * Bounds the bytes of answers that wait for slow readers. The answer that has grown is never the one that pays: its reader
 * had no chance to take anything yet, and an answer that is alone always fits.
 */
export function createOutgoing({ maxBytes }: { maxBytes: number }): Outgoing {
  const answers = new Set<HeldAnswer>();

  function heldBytes(): number {
    let sum = 0;
    for (const answer of answers) {
      const held = answer.heldBytes();
      if (held === undefined) answers.delete(answer);
      else sum += held;
    }
    return sum;
  }

  function makeRoom(grown: HeldAnswer): void {
    while (heldBytes() > maxBytes) {
      const [largest] = [...answers]
        .filter((answer) => answer !== grown)
        .sort((a, b) => (b.heldBytes() ?? 0) - (a.heldBytes() ?? 0));
      if (largest === undefined) return;
      answers.delete(largest);
      largest.letGo();
    }
  }

  return {
    heldBytes,
    add(answer) {
      answers.add(answer);
      makeRoom(answer);
    },
    hasGrown: makeRoom,
  };
}
