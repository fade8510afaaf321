import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { encode } from "fast-png";
import { createOllamaClient } from "../src/ollama/client.ts";
import { runChecks } from "./real-ollama/checks.ts";

const usage = `Looks whether an Ollama does what this service relies on, and prints a table. Meant for a change of its version.

  bun run real-ollama --url http://127.0.0.1:11434 --model np-dms-ocr [--page FILE.png]

It loads and unloads the model several times, so nobody else should be using it. A page takes as long as the model needs.
By hand: stop Ollama during a document, start it again within 20 s, and the document comes out whole; create the model again
while it is loaded, and the log says that the old one stays; take a model without vision, and the error says so.`;

const { values } = parseArgs({
  options: {
    url: { type: "string", default: "http://127.0.0.1:11434" },
    model: { type: "string", default: "np-dms-ocr" },
    page: { type: "string" },
    help: { type: "boolean", default: false },
  },
});

if (values.help) console.log(usage);
else process.exitCode = (await main()) ? 0 : 1;

async function main(): Promise<boolean> {
  const ollama = createOllamaClient({ baseUrl: values.url, fetch });
  const page = values.page === undefined ? madePage() : new Uint8Array(await readFile(values.page));
  const { signal } = new AbortController();
  const findings = await runChecks(
    { ollama, model: values.model, page, signal, freeAgainMs: 15_000 },
    ({ holds, name, seen }) => console.log(`${holds ? "holds" : "WRONG"}  ${name.padEnd(60)} ${seen}`),
  );
  return findings.every(({ holds }) => holds);
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
