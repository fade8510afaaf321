import { readFile } from "node:fs/promises";
import { encode } from "fast-png";
import { createOllamaClient } from "../ollama/client.ts";
import type { RealOllamaCommand } from "./command.ts";
import { runChecks } from "./ollama-checks.ts";
import type { Terminal } from "./terminal.ts";
import { exitCodes, UsageError } from "./usage.ts";

/** A slot or the memory must be free again so long after a caller or a page; a CPU encodes a picture for 8 s. */
const freeAgainMs = 15_000;

/** Drives an Ollama through all that the service relies on, and prints what holds. */
export async function runRealOllama(
  { model, page }: RealOllamaCommand,
  baseUrl: string,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> {
  const ollama = createOllamaClient({ baseUrl, fetch });
  const findings = await runChecks(
    { ollama, model, page: page === undefined ? madePage() : await readPage(page), signal, freeAgainMs },
    ({ holds, name, seen }) => terminal.print(`${holds ? "holds" : "WRONG"}  ${name.padEnd(60)} ${seen}`),
  );
  return findings.every(({ holds }) => holds) ? exitCodes.success : exitCodes.failure;
}

async function readPage(file: string): Promise<Uint8Array> {
  return await readFile(file).catch((cause: unknown) => {
    throw new UsageError(`${file} cannot be read.`, { cause });
  });
}

/** Rows of black bars on white: something for the model to look at. */
function madePage(): Uint8Array {
  const [width, height] = [640, 900];
  const data = new Uint8Array(width * height).fill(255);
  for (let y = 60; y < height - 60; y += 40)
    for (let row = y; row < y + 12; row += 1)
      data.fill(0, row * width + 60, row * width + width - 60 - ((y * 7) % 300));
  return encode({ width, height, data, channels: 1, depth: 8 });
}
