import { z } from "zod";

/**
 * Schemas for values that arrive as text. Each carries in its metadata what it should hold, so that a wrong
 * value can be answered with a sentence, and its default, so that the documentation is made from the code.
 */
export interface VariableMeta {
  /** What the variable should hold, as the end of the sentence "it should hold …". */
  expected: string;
  /** The default as a person would write it in an environment file; empty when there is none. */
  defaultText: string;
}

interface NumberOptions {
  min: number;
  max?: number;
  integer?: boolean;
  unit?: string;
}

const withMeta = <Schema extends z.ZodType>(schema: Schema, meta: VariableMeta): Schema => schema.meta({ ...meta });

/** A decimal number; `3000` and `3000.0` are the same integer. */
export function numeric(fallback: number, { min, max = Number.MAX_SAFE_INTEGER, integer = true, unit }: NumberOptions) {
  const range = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
  const kind = integer ? "a whole number" : "a number";
  const number = integer ? z.number().int().min(min).max(max) : z.number().min(min).max(max);
  const schema = z
    .string()
    .regex(/^[+-]?\d+(\.\d*)?$/)
    .transform(Number)
    .pipe(number)
    .default(fallback);
  return withMeta(schema, {
    expected: `${kind}${unit === undefined ? "" : ` of ${unit}`} ${range}`,
    defaultText: String(fallback),
  });
}

/** One of a closed set of words; case does not matter. */
export function oneOf<const Words extends readonly [string, ...string[]]>(words: Words, fallback: Words[number]) {
  const schema = z.string().toLowerCase().pipe(z.enum(words)).default(fallback);
  return withMeta(schema, { expected: `one of ${words.join(", ")}`, defaultText: fallback });
}

/** `true` or `false`, with the spellings that compose files use. */
export function flag(fallback: boolean) {
  const schema = z
    .stringbool({ truthy: ["true", "1", "yes", "on"], falsy: ["false", "0", "no", "off"] })
    .default(fallback);
  return withMeta(schema, { expected: "true or false", defaultText: String(fallback) });
}

/** Any text with a default. */
export function text(fallback: string, expected: string) {
  return withMeta(z.string().default(fallback), { expected, defaultText: fallback });
}

/** Any text that may be absent. */
export function optionalText(expected: string) {
  return withMeta(z.string().optional(), { expected, defaultText: "" });
}

/** An absolute path of this machine's file system. */
export function absolutePath(fallback: string, expected: string) {
  return withMeta(z.string().startsWith("/").default(fallback), { expected, defaultText: fallback });
}

/** An absolute path of this machine's file system that may be absent. */
export function optionalAbsolutePath(expected: string) {
  return withMeta(z.string().startsWith("/").optional(), { expected, defaultText: "" });
}

/** An http or https address without a trailing slash, or nothing. */
export function optionalHttpUrl(expected: string) {
  const schema = z
    .url({ protocol: /^https?$/ })
    .transform((url) => url.replace(/\/+$/, ""))
    .optional();
  return withMeta(schema, { expected, defaultText: "" });
}

/** A comma-separated list with at least one item, blanks around the items dropped. */
export function commaSeparated(expected: string, item: z.ZodType<string, string> = z.string()) {
  const schema = z
    .string()
    .transform((list) =>
      list
        .split(",")
        .map((entry) => entry.trim())
        .filter((entry) => entry !== ""),
    )
    .pipe(z.array(item).min(1))
    .optional();
  return withMeta(schema, { expected, defaultText: "" });
}
