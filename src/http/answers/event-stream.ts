export interface EventStreamOptions {
  /** The reader has gone. */
  onGone(): void;
  /** A comment line so often keeps proxies and idle timers from closing the stream; other than 5 s only in tests. */
  keepOpenMs?: number;
}

export interface EventStream {
  body: ReadableStream<Uint8Array>;
  send(event: string, data: unknown): void;
  end(): void;
}

/**
 * A server-sent event stream. Events are few and small (one for each page), so they wait in memory for a slow
 * reader.
 */
export function openEventStream({ onGone, keepOpenMs = 5000 }: EventStreamOptions): EventStream {
  const encoder = new TextEncoder();
  let open = true;
  let timer: ReturnType<typeof setInterval> | undefined;
  let write: (text: string) => void = () => undefined;
  let close: () => void = () => undefined;
  const finish = () => {
    open = false;
    clearInterval(timer);
  };
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      write = (text) => controller.enqueue(encoder.encode(text));
      close = () => controller.close();
      timer = setInterval(() => write(": still working\n\n"), keepOpenMs);
    },
    cancel: () => {
      finish();
      onGone();
    },
  });
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
