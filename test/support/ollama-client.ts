import type { ChatRequest, OllamaClient } from "../../src/ollama/chat.ts";
import { createOllamaClient, type OllamaClientOptions } from "../../src/ollama/client.ts";
import { FakeOllama, type FakeOllamaOptions } from "./fake-ollama.ts";
import { makePng } from "./png.ts";

/** A page for the model, as it is asked for without any parameters. */
export const chatRequest: ChatRequest = {
  model: "np-dms-ocr:latest",
  system: undefined,
  prompt: "Extract all text.",
  image: makePng(),
  options: {},
  keepAliveSeconds: 120,
};

/** A strict fake, which the caller closes, and a client of it. */
export async function startOllama(
  options: FakeOllamaOptions = {},
  clientOptions: Partial<OllamaClientOptions> = {},
): Promise<{ fake: FakeOllama; client: OllamaClient }> {
  const fake = await FakeOllama.start(options);
  return { fake, client: createOllamaClient({ baseUrl: fake.url, fetch, ...clientOptions }) };
}
