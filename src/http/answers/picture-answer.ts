import type { Context } from "hono";
import type { AppEnv } from "../context.ts";
import { type Outgoing, tooMuchHeld } from "./outgoing.ts";

/** Bytes that are handed over in one turn. */
const pieceBytes = 256 * 1024;

/** Answers 200 with a PNG, which counts until its reader has taken it. */
export function answerWithPicture(
  c: Context<AppEnv>,
  png: Uint8Array,
  headers: Readonly<Record<string, string>>,
  outgoing: Outgoing,
): Response {
  let left: Uint8Array | undefined = png;
  let letGo: () => void = () => undefined;
  const body = new ReadableStream<Uint8Array>(
    {
      start: (controller) => {
        letGo = () => {
          left = undefined;
          controller.error(new Error(tooMuchHeld));
        };
      },
      pull: (controller) => {
        if (left === undefined) return;
        controller.enqueue(left.slice(0, pieceBytes));
        left = left.subarray(pieceBytes);
        if (left.byteLength > 0) return;
        left = undefined;
        controller.close();
      },
      cancel: () => {
        left = undefined;
      },
    },
    { highWaterMark: 0 },
  );
  outgoing.add({ heldBytes: () => left && png.byteLength, letGo });
  return c.newResponse(body, {
    status: 200,
    headers: { ...headers, "Content-Type": "image/png", "Cache-Control": "no-store" },
  });
}
