import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startServiceProcess } from "../../test/support/service-process.ts";
import { writeTinyModel } from "../../test/support/tiny-model.ts";

const usage = `Has the clients that people use call /v1 and /v2 of a service with tiny models, and says which work.

  bun run retrieval-clients            those from npm: OpenAI, LangChain, LlamaIndex, Cohere, AI SDK
  bun run retrieval-clients --python   those from PyPI too: the same without AI SDK, and Haystack

The packages are fetched into a temporary folder.`;

const { values } = parseArgs({ options: { python: { type: "boolean" }, help: { type: "boolean" } } });

if (values.help) console.log(usage);
else process.exitCode = (await main(values.python ? ["npm", "python"] : ["npm"])) ? 0 : 1;

async function main(origins: readonly ("npm" | "python")[]): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), "retrieval-clients-"));
  try {
    await writeTinyModel(join(folder, "models/embed"), { outputs: "three-headed" });
    await writeTinyModel(join(folder, "models/rerank"), { outputs: "logits" });
    const key = crypto.randomUUID();
    await using service = await startServiceProcess({
      MODEL_DIR: join(folder, "models"),
      EMBED_MODEL: "embed",
      RERANK_MODEL: "rerank",
      OCR_SIDECAR_AUTH: "api-key",
      OCR_SIDECAR_API_KEY: key,
    });
    let good = true;
    for (const origin of origins) {
      console.log(`From ${origin === "npm" ? "npm" : "PyPI"}:`);
      good = (await call(origin, folder, service.url, key)) && good;
    }
    return good;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function call(origin: "npm" | "python", folder: string, url: string, key: string): Promise<boolean> {
  const work = await mkdtemp(join(folder, `${origin}-`));
  const program = new URL(`with-${origin}.sh`, import.meta.url).pathname;
  const { exited } = Bun.spawn(["bash", program, work], {
    env: { PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? work, SIDECAR_URL: url, OCR_SIDECAR_API_KEY: key },
    stdout: "inherit",
    stderr: "inherit",
  });
  return (await exited) === 0;
}
