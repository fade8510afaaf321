import { AsyncLocalStorage } from "node:async_hooks";
import {
  configure,
  type FormattedValues,
  getConsoleSink,
  getJsonLinesFormatter,
  getTextFormatter,
  type LogLevel,
} from "@logtape/logtape";

export interface LogOptions {
  level: LogLevel;
  /** One JSON object a line, for machines; otherwise text for people. */
  json: boolean;
}

/** Sets up the log of the process. Each line carries the id of the request it belongs to. */
export async function configureLog({ level, json }: LogOptions): Promise<void> {
  const formatter = json
    ? getJsonLinesFormatter({ properties: "flatten" })
    : getTextFormatter({ timestamp: "time", level: "full", format: readableLine });
  await configure({
    reset: true,
    contextLocalStorage: new AsyncLocalStorage(),
    sinks: { console: getConsoleSink({ formatter }) },
    loggers: [
      { category: ["sidecar"], sinks: ["console"], lowestLevel: level },
      { category: ["logtape", "meta"], sinks: ["console"], lowestLevel: "warning" },
    ],
  });
}

/** A path of a request may hold line breaks and terminal sequences, with which it could write lines of its own. */
const controls = /[\p{Cc}\u2028\u2029]/gu;
const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;

/** The message first, then what belongs to it; the message's own placeholders are not said twice. */
function readableLine({ timestamp, level, message, record }: FormattedValues): string {
  const template = String(record.rawMessage);
  const details = Object.entries(record.properties)
    .filter(([name]) => !template.includes(`{${name}}`))
    .map(([name, value]) => `${name}=${String(value).replace(controls, escaped)}`);
  return [timestamp, level.padEnd(7), message, ...details].join(" ");
}
