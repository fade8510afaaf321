import type { SidecarClient } from "../client/client-types.ts";
import type { RerankCommand } from "./command.ts";
import type { Terminal } from "./terminal.ts";
import { exitCodes, UsageError } from "./usage.ts";

/** Texts in one request; services take 64 unless told otherwise. */
const batchSize = 32;

/** One line of JSON for each text, in their order. */
export async function runEmbed(
  texts: readonly string[],
  client: SidecarClient,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> {
  if (texts.length === 0) throw new UsageError("Name a text, or give texts as the lines of standard input.");
  for (let at = 0; at < texts.length; at += batchSize) {
    const { results, device } = await client.embed({ texts: texts.slice(at, at + batchSize) }, { signal });
    for (const result of results) await terminal.print(JSON.stringify({ ...result, device }));
  }
  return exitCodes.success;
}

/** The chunks, best first, with their scores. */
export async function runRerank(
  { query, topK, json }: RerankCommand,
  chunks: readonly string[],
  client: SidecarClient,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> {
  const answer = await client.rerank({ query, chunks, ...(topK === undefined ? {} : { topK }) }, { signal });
  if (json) {
    await terminal.print(JSON.stringify(answer));
    return exitCodes.success;
  }
  for (const index of answer.rankedIndices) {
    await terminal.print(`${(answer.scores[index] ?? Number.NaN).toFixed(3).padStart(8)}  ${chunks[index] ?? ""}`);
  }
  return exitCodes.success;
}
