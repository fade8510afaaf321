import { join } from "node:path";
import { Tokenizer } from "tokenizers";
import { specialIds } from "./tokenise.ts";

/** Cuts a text into token ids, without special tokens around them; those written in the text are themselves. */
export type Encode = (text: string) => Promise<number[]>;

const specialNames = { begin: "<s>", pad: "<pad>", end: "</s>", unknown: "<unk>" } as const;

/**
 * Opens the tokeniser of a model's folder with the library that the reference uses as well. Its own cutting and padding
 * are put off, whatever the file says: sequences are built here.
 *
 * @throws Error when the file is none, or numbers the special tokens otherwise
 */
export function openTokeniser(folder: string): Encode {
  const tokenizer = Tokenizer.fromFile(join(folder, "tokenizer.json"));
  tokenizer.disableTruncation();
  tokenizer.disablePadding();
  for (const role of ["begin", "pad", "end", "unknown"] as const) {
    const id = tokenizer.tokenToId(specialNames[role]);
    if (id !== specialIds[role])
      throw new Error(`its tokeniser has ${specialNames[role]} at ${id ?? "no place"}, not at ${specialIds[role]}`);
  }
  return async (text) => (await tokenizer.encode(text, null, { addSpecialTokens: false })).getIds();
}
