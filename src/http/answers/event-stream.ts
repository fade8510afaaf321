import { type HeldAnswer, type Outgoing, tooMuchHeld } from "./outgoing.ts";

export interface EventStreamOptions {
  /** The reader has gone, takes nothing, or is let go for others. */
  onGone(): void;
  outgoing: Outgoing;
  /** A comment line so often keeps proxies and idle timers from closing the stream; other than 5 s only in tests. */
  keepOpenMs?: number;
}

export interface EventStream {
  body: ReadableStream<Uint8Array>;
  send(event: string, data: unknown): void;
  /** Whether the reader has taken all that was sent. */
  hasTakenAll(): boolean;
  end(): void;
}

/** So many comment lines in a row must not find a reader who has taken nothing in between: a minute, at 5 s. */
const stalledComments = 12;

/**
 * A server-sent event stream. Events wait in memory for a slow reader, and count until they are taken; one who takes
 * nothing for a minute while something waits is let go. Until the first event nobody reads, because the answer begins
 * with it, and nothing is sent.
 */
export function openEventStream({ onGone, outgoing, keepOpenMs = 5000 }: EventStreamOptions): EventStream {
  const encoder = new TextEncoder();
  let open = true;
  let timer: ReturnType<typeof setInterval> | undefined;
  let write: (text: string) => void = () => undefined;
  let close: () => void = () => undefined;
  let comment: () => void = () => undefined;
  let sentBytes = 0;
  let takenBytes = 0;
  let waitingBytes = () => 0;
  let stalled = 0;
  const finish = () => {
    open = false;
    clearInterval(timer);
  };
  const letGo = (controller: ReadableStreamDefaultController<Uint8Array>, why: string) => {
    finish();
    controller.error(new Error(why));
    onGone();
  };
  const body = new ReadableStream<Uint8Array>(
    {
      start: (controller) => {
        waitingBytes = () => -(controller.desiredSize ?? 0);
        const held: HeldAnswer = {
          heldBytes: () => (open || waitingBytes() > 0 ? waitingBytes() : undefined),
          letGo: () => letGo(controller, tooMuchHeld),
        };
        outgoing.add(held);
        write = (text) => {
          const bytes = encoder.encode(text);
          sentBytes += bytes.byteLength;
          controller.enqueue(bytes);
          outgoing.hasGrown(held);
        };
        close = () => controller.close();
        comment = () => {
          const taken = sentBytes - waitingBytes();
          stalled = taken === takenBytes ? stalled + 1 : 0;
          takenBytes = taken;
          if (stalled < stalledComments) write(": still working\n\n");
          else letGo(controller, "the reader takes nothing");
        };
      },
      cancel: () => {
        finish();
        onGone();
      },
    },
    new ByteLengthQueuingStrategy({ highWaterMark: 0 }),
  );
  return {
    body,
    send: (event, data) => {
      if (!open) return;
      timer ??= setInterval(comment, keepOpenMs);
      write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    },
    hasTakenAll: () => waitingBytes() <= 0,
    end: () => {
      if (!open) return;
      finish();
      close();
    },
  };
}
