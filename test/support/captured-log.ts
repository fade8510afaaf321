import { AsyncLocalStorage } from "node:async_hooks";
import { configure, type LogRecord, reset } from "@logtape/logtape";

export interface CapturedLog extends AsyncDisposable {
  records: LogRecord[];
  /** The log lines of requests, without those of probes. */
  requests(): LogRecord[];
}

/** Takes the log of this process, from the lowest level, until it is disposed. */
export async function captureLog(): Promise<CapturedLog> {
  const records: LogRecord[] = [];
  await configure({
    reset: true,
    contextLocalStorage: new AsyncLocalStorage(),
    sinks: { records: (record) => records.push(record) },
    loggers: [
      { category: ["sidecar"], sinks: ["records"], lowestLevel: "trace" },
      { category: ["logtape", "meta"], sinks: [], lowestLevel: "fatal" },
    ],
  });
  return {
    records,
    requests: () => records.filter(({ rawMessage }) => /^Request (finished|failed)$/.test(String(rawMessage))),
    [Symbol.asyncDispose]: () => reset(),
  };
}
