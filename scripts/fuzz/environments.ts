import { parseEnv } from "../../src/service/env.ts";
import { envSchema } from "../../src/service/env-schema.ts";
import { createRandom, seedOfCase } from "./random.ts";

/** What a template with missing values, or a hand in a hurry, makes of a variable. */
const values = ["", " ", ",", ", ,", ",,", "\t", "''", "null", "undefined", "0", "-1", "1e999", "a,", ",a"];

/**
 * Reads environments of which a few variables hold next to nothing.
 *
 * @returns sentences about those that were accepted and should not have been
 */
export function fuzzEnvironments(seed: number, count: number): string[] {
  const violations: string[] = [];
  const names = Object.keys(envSchema.shape);
  for (let index = 0; index < count; index += 1) {
    const random = createRandom(seedOfCase(seed, index));
    const variables: Record<string, string> = { OCR_SIDECAR_API_KEY: "key" };
    for (let set = 0; set <= random.int(4); set += 1)
      variables[names[random.int(names.length)] ?? ""] = values[random.int(values.length)] ?? "";
    if (random.percent(50)) variables.OCR_SIDECAR_AUTH = "network";
    const result = parseEnv(variables);
    const empty = result.ok
      ? Object.entries(result.env).filter(([, value]) => Array.isArray(value) && value.length === 0)
      : [];
    for (const [name] of empty)
      violations.push(`environment ${index}: ${name}=${JSON.stringify(variables[name])} is an empty list`);
    if (result.ok && result.env.OCR_SIDECAR_AUTH === "api-key" && hasNoKey(result.env)) {
      violations.push(`environment ${index}: a service without a key`);
    }
  }
  return violations;
}

const hasNoKey = (env: {
  OCR_SIDECAR_API_KEY?: readonly string[] | undefined;
  OCR_SIDECAR_API_KEY_FILE?: string | undefined;
}) => (env.OCR_SIDECAR_API_KEY ?? []).length === 0 && env.OCR_SIDECAR_API_KEY_FILE === undefined;
