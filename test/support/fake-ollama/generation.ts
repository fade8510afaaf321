import type { FaultKind } from "./faults.ts";

/** What a model will say to one page, and how the stream ends. */
export interface Script {
  pieces: Iterable<string>;
  /** Pause before each piece, or before the end of an answer without any. */
  pauseMs: number;
  isBlank: boolean;
  ending: "stop" | "length" | "none" | "reset" | "error-line" | "template";
}

export interface ScriptInput {
  text: string;
  fault: FaultKind | undefined;
  /** `num_predict`, or what is left of the context. */
  maxTokens: number;
  pageDelayMs: number;
  pieceCount: number;
  dripMs: number;
}

/** Ollama cuts a runner that repeats one token more often than this. */
const repeatsBeforeCut = 31;
const charactersPerToken = 4;

export const countTokens = (text: string): number => Math.ceil([...text].length / charactersPerToken);

export function writeScript(input: ScriptInput): Script {
  const { text, fault, maxTokens, pageDelayMs, pieceCount, dripMs } = input;
  const characters = [...text];
  const isCut = characters.length > maxTokens * charactersPerToken;
  const said = characters.slice(0, maxTokens * charactersPerToken);
  const pieces = split(said, pieceCount);
  const half = pieces.slice(0, Math.ceil(pieces.length / 2));
  const ending = isCut ? "length" : "stop";
  const normal = { pieces, pauseMs: pageDelayMs / Math.max(1, pieces.length), isBlank: pieces.length === 0 };
  switch (fault) {
    case "empty":
      return { pieces: [], pauseMs: pageDelayMs, isBlank: true, ending: "stop" };
    case "drip":
      return { ...normal, pieces: split(said, said.length), pauseMs: dripMs, ending };
    case "loop":
      return { ...normal, pieces: repeat("the same line again\n", maxTokens / 5), pauseMs: 1, ending: "length" };
    case "one-glyph":
      return { ...normal, pieces: repeat("@", repeatsBeforeCut), pauseMs: 0, ending: "none" };
    case "no-end":
      return { ...normal, ending: "none" };
    case "reset":
      return { ...normal, pieces: half, ending: "reset" };
    case "error-line":
    case "template":
      return { ...normal, pieces: half, ending: fault };
    default:
      return { ...normal, ending };
  }
}

function split(characters: string[], count: number): string[] {
  const size = Math.max(1, Math.ceil(characters.length / Math.max(1, count)));
  const pieces: string[] = [];
  for (let start = 0; start < characters.length; start += size) {
    pieces.push(characters.slice(start, start + size).join(""));
  }
  return pieces;
}

function* repeat(piece: string, times: number): Generator<string> {
  for (let count = 0; count < times; count++) yield piece;
}
