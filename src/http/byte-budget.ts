import { SidecarError } from "../errors.ts";

const retryAfterSeconds = 5;

/** A share of the budget, held by one request. */
export interface ByteLease {
  /** @throws SidecarError `ocr_busy` or `retrieval_busy` when the budget is spent. */
  take(bytes: number): void;
  /** Gives everything back; may be called twice. */
  release(): void;
}

/**
 * Bounds the bytes that all requests hold together. A request that is alone is never refused, or a budget
 * below the upload limit would make large documents unreadable.
 */
export class ByteBudget {
  readonly #maxBytes: number;
  readonly #code: "ocr_busy" | "retrieval_busy";
  #heldBytes = 0;
  #holders = 0;

  /** @param code what a request that finds the budget spent is answered with */
  constructor(maxBytes: number, code: "ocr_busy" | "retrieval_busy") {
    this.#maxBytes = maxBytes;
    this.#code = code;
  }

  get heldBytes(): number {
    return this.#heldBytes;
  }

  open(): ByteLease {
    let held = 0;
    let released = false;
    return {
      take: (bytes) => {
        const others = this.#holders - (held > 0 ? 1 : 0);
        if (others > 0 && this.#heldBytes + bytes > this.#maxBytes) {
          const message = "Too much is being received at once; send this request again in a few seconds.";
          throw new SidecarError(this.#code, message, { retryAfterSeconds });
        }
        if (held === 0 && bytes > 0) this.#holders += 1;
        held += bytes;
        this.#heldBytes += bytes;
      },
      release: () => {
        if (released) return;
        released = true;
        if (held > 0) this.#holders -= 1;
        this.#heldBytes -= held;
      },
    };
  }
}
