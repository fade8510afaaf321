import { FakeOllama, type FakeOllamaOptions } from "./fake-ollama.ts";
import { startSidecar, type TestSidecar } from "./sidecar.ts";

export interface SidecarWithOllama extends AsyncDisposable {
  fake: FakeOllama;
  sidecar: TestSidecar;
}

/** The whole service in front of a strict fake of Ollama; disposing checks that the fake saw no violation. */
export async function startWithOllama(
  options: FakeOllamaOptions = {},
  variables: Record<string, string> = {},
): Promise<SidecarWithOllama> {
  const fake = await FakeOllama.start(options);
  const sidecar = await startSidecar({ OLLAMA_API_URL: fake.url, ...variables });
  return {
    fake,
    sidecar,
    [Symbol.asyncDispose]: async () => {
      await sidecar[Symbol.asyncDispose]();
      await fake.close();
    },
  };
}
