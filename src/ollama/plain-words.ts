import { z } from "zod";
import { parseJson } from "./answers.ts";
import type { OllamaBase } from "./base-url.ts";

const maxCharacters = 200;
const maxLayers = 4;

const wrapped = z.union([
  z.object({ error: z.string() }).transform(({ error }) => error),
  z.object({ error: z.object({ message: z.string() }) }).transform(({ error }) => error.message),
  z.object({ message: z.string() }).transform(({ message }) => message),
]);

/**
 * The words inside an error that is itself JSON text, as those of the runner are that Ollama hands on
 * (`{"error":{"code":400,"message":"…"}}` in the text of `error`); other text as it is.
 */
export function unwrapped(said: string): string {
  let words = said;
  for (let layer = 0; layer < maxLayers; layer += 1) {
    const inside = wrapped.safeParse(parseJson(words)).data;
    if (inside === undefined) break;
    words = inside;
  }
  return words;
}

/** Ollama's own words, made fit for the log: one bounded line without credentials or paths of its machine. */
export function plainWords(said: string, base: OllamaBase): string {
  let text = said.replace(/[\p{C}\s]+/gu, " ").replace(/\/\/[^/@\s]*@/g, "//***@");
  for (const secret of base.secrets) text = text.replaceAll(secret, "***");
  text = text.replace(/(?<![\w:/.])(?:\/[\w.@~+-]+){2,}\/?|\b[A-Za-z]:\\\S+/g, "<path>").trim();
  const characters = [...text];
  return characters.length > maxCharacters ? `${characters.slice(0, maxCharacters).join("")}…` : text;
}
