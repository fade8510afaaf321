export interface EventStreamOptions {
  /** The reader has gone, or takes nothing. */
  onGone(): void;
  /** A comment line so often keeps proxies and idle timers from closing the stream; other than 5 s only in tests. */
  keepOpenMs?: number;
}

export interface EventStream {
  body: ReadableStream<Uint8Array>;
  send(event: string, data: unknown): void;
  end(): void;
}

/** So many comment lines in a row must not find a reader who has taken nothing in between: a minute, at 5 s. */
const stalledComments = 12;

/**
 * A server-sent event stream. Events wait in memory for a slow reader (the text of a document is bounded); one who takes
 * nothing for a minute while something waits is let go.
 */
export function openEventStream({ onGone, keepOpenMs = 5000 }: EventStreamOptions): EventStream {
  const encoder = new TextEncoder();
  let open = true;
  let timer: ReturnType<typeof setInterval> | undefined;
  let write: (text: string) => void = () => undefined;
  let close: () => void = () => undefined;
  let sentBytes = 0;
  let takenBytes = 0;
  let stalled = 0;
  const finish = () => {
    open = false;
    clearInterval(timer);
  };
  const body = new ReadableStream<Uint8Array>(
    {
      start: (controller) => {
        write = (text) => {
          const bytes = encoder.encode(text);
          sentBytes += bytes.byteLength;
          controller.enqueue(bytes);
        };
        close = () => controller.close();
        const comment = () => {
          const taken = sentBytes + (controller.desiredSize ?? 0);
          stalled = taken === takenBytes && taken < sentBytes ? stalled + 1 : 0;
          takenBytes = taken;
          if (stalled < stalledComments) {
            write(": still working\n\n");
            return;
          }
          finish();
          controller.error(new Error("the reader takes nothing"));
          onGone();
        };
        timer = setInterval(comment, keepOpenMs);
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
      if (open) write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    },
    end: () => {
      if (!open) return;
      finish();
      close();
    },
  };
}
