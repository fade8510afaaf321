import type { Options } from "./options.ts";

/** How many fields of the form hold something. */
export function countSet({ parameters, ...plain }: Options): number {
  return [...Object.values(plain), ...Object.values(parameters)].filter((value) => value.trim() !== "").length;
}
