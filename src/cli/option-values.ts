import type { RuntimeParams } from "../client/ocr-request.ts";
import { parameterNames, readParameter } from "../client/sampling-parameters.ts";
import { messageOf } from "../errors.ts";
import { UsageError } from "./usage.ts";

/** @throws UsageError when the text is no whole number in the range */
export function integer(option: string, text: string, min: number, max: number): number {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  const range = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
  throw new UsageError(`${option} must be a whole number ${range}.`);
}

/** @throws UsageError when the text is none of the words */
export function oneOf<const Word extends string>(option: string, text: string, words: readonly Word[]): Word {
  const found = words.find((word) => word === text);
  if (found !== undefined) return found;
  throw new UsageError(`${option} must be one of ${words.join(", ")}.`);
}

/**
 * An address of a server without a trailing slash.
 *
 * @throws UsageError
 */
export function httpAddress(option: string, text: string): string {
  if (!/^https?:$/.test(URL.parse(text)?.protocol ?? ""))
    throw new UsageError(`${option} must be an address such as http://host:11434.`);
  return text.replace(/\/+$/, "");
}

/**
 * The parameters of `--param NAME=NUMBER` options.
 *
 * @throws UsageError
 */
export function parseParams(assignments: readonly string[]): RuntimeParams {
  const row = Object.fromEntries(
    assignments.map((assignment) => {
      const [name = "", value, ...more] = assignment.split("=");
      if (value !== undefined && value !== "" && more.length === 0) return [name.trim(), value];
      throw new UsageError(`--param ${assignment}: write it as NAME=NUMBER.`);
    }),
  );
  const unknown = Object.keys(row).find((name) => !parameterNames.some((known) => known === name));
  if (unknown !== undefined) throw new UsageError(`--param ${unknown}: must be one of ${parameterNames.join(", ")}.`);
  try {
    const read = parameterNames.map((name) => [name, readParameter("--param", row, name)] as const);
    return Object.fromEntries(read.filter(([, value]) => value !== undefined));
  } catch (error) {
    throw new UsageError(messageOf(error), { cause: error });
  }
}
