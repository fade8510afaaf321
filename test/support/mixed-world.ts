import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FakeOllama } from "./fake-ollama.ts";
import { untilNothingIsLeft } from "./left-behind.ts";
import { mixedRound } from "./mixed-work.ts";
import { type OpenThings, openThingsOf } from "./open-things.ts";
import { startServiceProcess } from "./service-process.ts";
import { writeSparseHead, writeTinyModel } from "./tiny-model.ts";
import { until } from "./until.ts";

/** A service with all its parts, and the folders in which alone it may write. */
export interface MixedWorld extends AsyncDisposable {
  pid: number;
  /** Sends one request of each kind; resolves with what went otherwise than it must. */
  round(round: number): Promise<string[]>;
  /** What the service holds when nothing of any request is left in it. */
  atRest(): Promise<OpenThings>;
}

export async function startMixedWorld(): Promise<MixedWorld> {
  const folder = await mkdtemp(join(tmpdir(), "mixed-work-"));
  const models = join(folder, "models");
  const temporary = join(folder, "tmp");
  const spool = join(folder, "spool");
  const home = join(folder, "home");
  for (const path of [models, temporary, spool, home]) await mkdir(path);
  const weights = await writeTinyModel(join(models, "embed"), { outputs: "hidden-state" });
  await writeSparseHead(join(models, "head.pt"), weights, "single");
  await writeTinyModel(join(models, "rerank"), { outputs: "logits" });
  const fake = await FakeOllama.start({ pageDelayMs: 50 });
  const service = await startServiceProcess({
    OLLAMA_API_URL: fake.url,
    OCR_PAGE_CACHE_MB: "0",
    TESSERACT_WORKERS: "1",
    RETRIEVAL_PRELOAD: "true",
    MODEL_DIR: models,
    EMBED_MODEL: "embed",
    EMBED_SPARSE_HEAD: "head.pt",
    RERANK_MODEL: "rerank",
    OCR_SPOOL_DIR: spool,
    TMPDIR: temporary,
    HOME: home,
    LOG_LEVEL: "error",
  });
  await until(async () => (await fetch(`${service.url}/ready?for=all`)).ok, "all of it is ready");
  const target = { url: service.url, headers: {}, base: service.base };
  return {
    pid: service.pid,
    round: (round) => mixedRound(target, round),
    atRest: async () => {
      await untilNothingIsLeft(() => fetch(`${service.url}/residency`, { headers: { Connection: "close" } }));
      return await openThingsOf(service.pid, [temporary, spool, home]);
    },
    [Symbol.asyncDispose]: async () => {
      await service[Symbol.asyncDispose]();
      fake.takeViolations();
      await fake.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What `after` holds more of than `before`; descriptors that close in a moment are the caller's to wait for. */
export function grownIn(before: OpenThings, after: OpenThings): string[] {
  const kinds = Object.entries(after.descriptors);
  const extra = [...after.processes];
  for (const name of before.processes) extra.splice(extra.indexOf(name), extra.includes(name) ? 1 : 0);
  return [
    ...kinds
      .filter(([kind, count]) => count > (before.descriptors[kind] ?? 0))
      .map(([kind, count]) => `${count} ${kind}`),
    ...extra.map((command) => `process ${command}`),
    ...after.files.filter((name) => !before.files.includes(name)).map((name) => `file ${name}`),
  ];
}
