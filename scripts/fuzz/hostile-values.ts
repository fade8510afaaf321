import type { Random } from "./random.ts";

/** Texts that programs stumble over. */
const texts = [
  "",
  " ",
  "\0",
  "\ud800",
  "\u202e\u0000",
  "e\u0301".repeat(50),
  "ก\u0e31\u0e49".repeat(20),
  "../".repeat(20),
  "%2e%2e%2f",
  "{{ocr_text}}",
  "[img-0]",
  "<script>alert(1)</script>",
  "'; DROP TABLE documents; --",
  "NaN",
  "1e999",
  "-0",
  "null",
  "x".repeat(20_000),
  "1-3,7",
  "1-999999999",
  "auto",
  "np-dms-ocr",
  "fail",
  "skip",
] as const;

const numbers = [
  0, -0, 1, -1, 0.5, 2, 2.0001, 1e308, -1e308, 4_294_967_296, 9_007_199_254_740_991, 1e21, 5e-324,
] as const;

/** A JSON value of no particular shape. */
export function hostileValue(random: Random, depth = 0): unknown {
  switch (random.int(depth > 3 ? 5 : 8)) {
    case 0:
      return random.pick(numbers);
    case 1:
      return random.pick([true, false]);
    case 2:
      return null;
    case 3:
    case 4:
      return hostileText(random);
    case 5:
      return Array.from({ length: random.int(5) }, () => hostileValue(random, depth + 1));
    case 6:
      return nested(random.int(5000));
    default:
      return Object.fromEntries(
        Array.from({ length: random.int(5) }, () => [hostileKey(random), hostileValue(random, depth + 1)]),
      );
  }
}

export const hostileText = (random: Random): string => random.pick(texts);

const hostileKey = (random: Random) =>
  random.pick(["__proto__", "constructor", "keep_alive", "temperature", "top_k", "a", "", "toString"]);

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < depth; level += 1) value = [value];
  return value;
}

/** A valid body of which some fields are replaced, dropped or added. */
export function mutateObject(random: Random, valid: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const entries = Object.entries(valid).filter(() => !random.percent(15));
  const changed = entries.map(([name, value]) => [name, random.percent(15) ? hostileValue(random) : value] as const);
  const added = random.percent(15) ? [[hostileKey(random), hostileValue(random)] as const] : [];
  return Object.fromEntries([...changed, ...added]);
}
