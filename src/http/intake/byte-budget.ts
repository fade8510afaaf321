import { SidecarError } from "../../errors.ts";

const retryAfterSeconds = 5;

/** A share of the budget, held by one request. */
export interface ByteLease {
  /** @throws SidecarError `ocr_busy` or `retrieval_busy` when the budget is spent. */
  take(bytes: number): void;
  /** Gives everything back; may be called twice. */
  release(): void;
}

/** What all requests hold together. */
export interface ByteBudget {
  readonly heldBytes: number;
  /** @param code what the request is answered with when it finds the budget spent */
  open(code: "ocr_busy" | "retrieval_busy"): ByteLease;
}

/**
 * Bounds the bytes that all requests hold together. A request that is alone is never refused, or a budget
 * below the upload limit would make large documents unreadable.
 */
export function createByteBudget({ maxBytes }: { maxBytes: number }): ByteBudget {
  let heldBytes = 0;
  let holders = 0;
  return {
    get heldBytes() {
      return heldBytes;
    },
    open(code) {
      let held = 0;
      let released = false;
      return {
        take(bytes) {
          const others = holders - (held > 0 ? 1 : 0);
          if (others > 0 && heldBytes + bytes > maxBytes) {
            const message = "Too much is being received at once; send this request again in a few seconds.";
            throw new SidecarError(code, message, { retryAfterSeconds });
          }
          if (held === 0 && bytes > 0) holders += 1;
          held += bytes;
          heldBytes += bytes;
        },
        release() {
          if (released) return;
          released = true;
          if (held > 0) holders -= 1;
          heldBytes -= held;
        },
      };
    },
  };
}
