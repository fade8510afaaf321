import { AsyncLocalStorage } from "node:async_hooks";
import { inspect } from "node:util";
import {
  configure,
  type FormattedValues,
  getConsoleSink,
  getJsonLinesFormatter,
  getTextFormatter,
  type LogLevel,
  type LogRecord,
  type TextFormatter,
} from "@logtape/logtape";

export interface LogOptions {
  level: LogLevel;
  /** One JSON object a line, for machines; otherwise text for people. */
  json: boolean;
}

/** Sets up the log of the process. Each line carries the id of the request it belongs to. */
export async function configureLog({ level, json }: LogOptions): Promise<void> {
  await configure({
    reset: true,
    contextLocalStorage: new AsyncLocalStorage(),
    sinks: { console: getConsoleSink({ formatter: json ? jsonLine : readableLine }) },
    loggers: [
      { category: ["sidecar"], sinks: ["console"], lowestLevel: level },
      { category: ["logtape", "meta"], sinks: ["console"], lowestLevel: "warning" },
    ],
  });
}

/**
 * What JSON leaves as it is, but some readers take for the end of a line, the start of a terminal command, or an order to
 * show what follows from right to left.
 */
const hostile = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;

const escapeCharacter = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;

const formatJson = getJsonLinesFormatter({ properties: "flatten" });

/** One JSON object on one line, whatever the record holds. An error is an object with name, message, stack and cause. */
export const jsonLine: TextFormatter = (record) =>
  `${formatJson(withPlainErrors(record)).trimEnd().replace(hostile, escapeCharacter)}\n`;

const formatText = getTextFormatter({ timestamp: "time", level: "full", format: joinValues });

/** The message first, then what belongs to it, on one line; only the stack of an error takes lines of its own. */
export const readableLine: TextFormatter = (record) => {
  const errors = Object.values(record.properties).filter((value) => value instanceof Error);
  const stacks = errors.map((error) => `${inspect(error).replace(/^/gm, "    ")}\n`);
  return formatText(withPlainErrors(record)) + stacks.join("");
};

/** An error inside the message is said in one sentence; formatters would show it as `{}` or with its stack. */
const withPlainErrors = (record: LogRecord): LogRecord => ({
  ...record,
  message: record.message.map((part) => (part instanceof Error ? `${part.name}: ${part.message}` : part)),
});

/** The message's own placeholders are not said twice. */
function joinValues({ timestamp, level, message, record }: FormattedValues): string {
  const template = String(record.rawMessage);
  const details = Object.entries(record.properties)
    .filter(([name]) => !template.includes(`{${name}}`))
    .map(([name, value]) => `${name}=${plainText(value)}`);
  return [timestamp, level.padEnd(7), message, ...details].join(" ");
}

function plainText(value: unknown): string {
  if (value instanceof Error) return JSON.stringify(`${value.name}: ${value.message}`);
  if (typeof value === "string") return /^[\x21-\x7e]*$/.test(value) && !value.includes('"') ? value : quote(value);
  return typeof value === "object" ? quote(value) : String(value);
}

const quote = (value: unknown) => String(JSON.stringify(value)).replace(hostile, escapeCharacter);
