import { FakeOllama } from "../../support/fake-ollama.ts";
import { type ServiceProcess, startServiceProcess } from "../../support/service-process.ts";

export interface SoakWorld extends AsyncDisposable {
  service: ServiceProcess;
  residency(): Promise<Response>;
}

/** A page of the model takes so long here; on a card it takes a hundred times as long. */
const pageDelayMs = 100;

/** A service before a fake of Ollama that is the bottleneck, as a real one is. Nothing is answered from memory. */
export async function startSoakWorld(): Promise<SoakWorld> {
  const fake = await FakeOllama.start({ pageDelayMs });
  const service = await startServiceProcess({
    OLLAMA_API_URL: fake.url,
    OCR_PAGE_CACHE_MB: "0",
    PDF_PAGE_TIMEOUT_SECONDS: "3",
    PDF_WORKER_MAX_MB: "128",
    BODY_TIMEOUT_SECONDS: "10",
    MAX_UPLOAD_MB: "16",
    LOG_LEVEL: "error",
  });
  return {
    service,
    residency: () => fetch(`${service.url}/residency`),
    [Symbol.asyncDispose]: async () => {
      await service[Symbol.asyncDispose]();
      await fake.stop();
    },
  };
}
