import type { OcrFields } from "../../src/client.ts";

/** A field in which two requests differ; undefined where one leaves it out. */
export interface FieldDifference {
  name: string;
  a: string | undefined;
  b: string | undefined;
}

/** In what two requests differ, parameters one by one. */
export function compareOrders(a: OcrFields, b: OcrFields): FieldDifference[] {
  const [first, second] = [flat(a), flat(b)];
  const names = [...new Set([...first.keys(), ...second.keys()])];
  return names
    .map((name) => ({ name, a: first.get(name), b: second.get(name) }))
    .filter((difference) => difference.a !== difference.b);
}

function flat({ runtimeParams, ...plain }: OcrFields): Map<string, string> {
  const entries = [...Object.entries(plain), ...Object.entries(runtimeParams ?? {})];
  return new Map(
    entries
      .filter(([, value]) => value !== undefined && value !== null)
      .map(([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)]),
  );
}
