import type { RuntimeParams } from "./ocr-request.ts";
import { OcrSettingsError } from "./ocr-settings-error.ts";
import { isHeld, type Row } from "./row.ts";

export type ParameterName = keyof RuntimeParams;

interface ParameterRule {
  /** Names under which rows and overrides hold it. */
  columns: readonly string[];
  /** What is accepted, in words; the ranges are those of the service. */
  expected: string;
  accepts(value: number): boolean;
}

const isCount = (value: number) => Number.isSafeInteger(value) && value >= 1;

export const parameterRules: Readonly<Record<ParameterName, ParameterRule>> = {
  temperature: {
    columns: ["temperature"],
    expected: "a number from 0 to 2",
    accepts: (value) => value >= 0 && value <= 2,
  },
  top_p: {
    columns: ["top_p", "topP"],
    expected: "a number from 0 to 1",
    accepts: (value) => value >= 0 && value <= 1,
  },
  top_k: {
    columns: ["top_k", "topK"],
    expected: "a whole number of at least 0",
    accepts: (value) => Number.isSafeInteger(value) && value >= 0,
  },
  repeat_penalty: {
    columns: ["repeat_penalty", "repeatPenalty", "repetition_penalty", "repetitionPenalty"],
    expected: "a number above 0 and at most 2",
    accepts: (value) => value > 0 && value <= 2,
  },
  max_tokens: { columns: ["max_tokens", "maxTokens"], expected: "a whole number of at least 1", accepts: isCount },
  num_ctx: {
    columns: ["num_ctx", "numCtx", "ctx_size", "ctxSize"],
    expected: "a whole number of at least 1",
    accepts: isCount,
  },
  seed: { columns: ["seed"], expected: "a whole number", accepts: Number.isSafeInteger },
};

export const parameterNames: readonly ParameterName[] = [
  "temperature",
  "top_p",
  "top_k",
  "repeat_penalty",
  "max_tokens",
  "num_ctx",
  "seed",
];

/**
 * One parameter from a row, under whatever spelling it stands there; undefined when nothing is held. Numbers may be
 * text, as decimals and big integers of MySQL are: "0.100", "4096".
 *
 * @param place the row's name for messages
 * @throws OcrSettingsError `invalid_number`, `conflicting_columns`
 */
export function readParameter(place: string, row: Row, name: ParameterName): number | undefined {
  const { columns, expected, accepts } = parameterRules[name];
  const held = columns.filter((column) => isHeld(row[column]));
  const values = held.map((column) => {
    const value = toNumber(row[column]);
    if (value !== undefined && accepts(value)) return value;
    throw new OcrSettingsError(
      "invalid_number",
      `${place}.${column}`,
      row[column],
      `holds ${describe(row[column])}; it must be ${expected}, or null to leave it to the model.`,
    );
  });
  if (new Set(values).size > 1) {
    const message = `${held.join(" and ")} are the same parameter and hold ${values.join(" and ")}; keep one.`;
    throw new OcrSettingsError("conflicting_columns", `${place}.${held[0]}`, values, message);
  }
  return values[0];
}

/** Plain decimal notation only: `Number` would take "" for 0 and "0x10" for 16. */
function toNumber(value: unknown): number | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  if (typeof value === "bigint") return Number(value);
  if (typeof value !== "string" || !/^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(value)) return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

const describe = (value: unknown) => (typeof value === "object" ? JSON.stringify(value) : `"${String(value)}"`);
