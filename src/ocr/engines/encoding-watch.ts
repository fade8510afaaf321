import type { ChatResult } from "../../ollama/chat.ts";

/**
 * Knows when Ollama may still be busy for nobody: it stops a generation when its caller hangs up, but a picture that it
 * has begun to encode it encodes to the end (7.7 s on a CPU), and the next page waits there for the slot.
 */
export interface EncodingWatch {
  /** A call is sent. */
  begin(): EncodingCall;
  /** How long, in milliseconds, a new call may at most wait for such a picture; 0 where there is none. */
  busyMs(): number;
}

export interface EncodingCall {
  firstPiece(): void;
  answered(result: Pick<ChatResult, "loadMs">): void;
  /** The caller hangs up. */
  givenUp(): void;
}

/** As much as was measured on a CPU, until a first answer has shown the real figure. */
const unknownEncodingMs = 8000;

export function createEncodingWatch(now: () => number = () => performance.now()): EncodingWatch {
  let longestMs: number | undefined;
  let busyUntilMs = 0;
  return {
    busyMs: () => Math.max(0, busyUntilMs - now()),
    begin: () => {
      const beganMs = now();
      let firstPieceMs: number | undefined;
      return {
        firstPiece: () => {
          // Whoever gets a piece has the slot.
          if (firstPieceMs === undefined) busyUntilMs = 0;
          firstPieceMs ??= now();
        },
        answered: ({ loadMs }) => {
          if (firstPieceMs !== undefined) longestMs = Math.max(longestMs ?? 0, firstPieceMs - beganMs - loadMs);
        },
        givenUp: () => {
          if (firstPieceMs === undefined)
            busyUntilMs = Math.max(busyUntilMs, beganMs + (longestMs ?? unknownEncodingMs));
        },
      };
    },
  };
}
