import { messageOf } from "../../errors.ts";
import { answerParent } from "../../processes/child-program.ts";
import { readModelConfig } from "./model-config.ts";
import { packSequences } from "./sequences.ts";
import { firstTokens, pairSequence, type Sequence, singleSequence } from "./tokenise.ts";
import { type FromTokeniser, type TextGroup, type ToTokeniser, toTokeniser } from "./tokenise-messages.ts";
import { type Encode, openTokeniser } from "./tokeniser.ts";

// The program of a tokenising process: beside the one that computes, so that neither waits for the other.

let opened: { encode: Encode; maxTokens: number } | undefined;

answerParent<ToTokeniser, FromTokeniser>({ request: toTokeniser, niceness: 10, answer });

async function answer(message: ToTokeniser): Promise<FromTokeniser> {
  try {
    if (message.type === "open") return await open(message.folder, message.maxTokens);
    const made = (await Promise.all(message.groups.map(sequencesOf))).flat();
    const truncated = made.map((sequence) => sequence.truncated);
    return { type: "tokenised", ...packSequences(made.map(({ ids }) => ids)), truncated };
  } catch (error) {
    return { type: "failed", reason: messageOf(error) };
  }
}

async function open(folder: string, maxTokens: number): Promise<FromTokeniser> {
  const config = await readModelConfig(folder);
  opened = { encode: openTokeniser(folder), maxTokens: Math.min(maxTokens, config.maxTokens) };
  return { type: "opened" };
}

async function sequencesOf({ query, texts }: TextGroup): Promise<Sequence[]> {
  if (opened === undefined) throw new Error("no tokeniser is open");
  const { encode, maxTokens } = opened;
  const tokens = (text: string) => firstTokens(text, maxTokens, encode);
  const [queryTokens, textTokens] = await Promise.all([
    query === undefined ? undefined : tokens(query),
    Promise.all(texts.map(tokens)),
  ]);
  return textTokens.map((own) =>
    queryTokens === undefined ? singleSequence(own, maxTokens) : pairSequence(queryTokens, own, maxTokens),
  );
}
