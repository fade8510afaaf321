import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { badDocuments } from "../../test/support/bad-documents.ts";
import { FakeOllama } from "../../test/support/fake-ollama.ts";
import { untilNothingIsLeft } from "../../test/support/left-behind.ts";
import { type ServiceProcess, startServiceProcess } from "../../test/support/service-process.ts";
import { writeTinyModel } from "../../test/support/tiny-model.ts";
import { soundDocuments } from "./documents.ts";
import type { MemoryMark } from "./memory.ts";

/** A service of its own process before a strict fake of Ollama, with files on its shared storage. */
export interface World extends AsyncDisposable {
  fake: FakeOllama;
  service: ServiceProcess;
  key: string;
  /** What lies outside the upload base and must never be in an answer. */
  secrets: readonly string[];
  residency(): Promise<Response>;
  /** Sends the whole corpus of bad documents, so that memory has been as full as it will ever be. */
  warmUp(): Promise<void>;
  /** What the service's process holds when nothing of any request is left and everything has been collected. */
  memoryAtRest(): Promise<Omit<MemoryMark, "requests">>;
}

const told = z.object({ heapBytes: z.number(), residentBytes: z.number() });

const warmUpClients = 4;
/** Every limit of the service under test lies far below this. */
const answerTimeoutMs = 60_000;

export async function startWorld(variables: Record<string, string> = {}): Promise<World> {
  const key = crypto.randomUUID();
  const fake = await FakeOllama.start({ dripMs: 200, pieceCount: 20 });
  const models = await mkdtemp(join(tmpdir(), "fuzz-models-"));
  await writeTinyModel(join(models, "embed"), { outputs: "three-headed" });
  await writeTinyModel(join(models, "rerank"), { outputs: "logits" });
  const memorySocket = join(models, "memory.sock");
  const service = await startServiceProcess(
    {
      MODEL_DIR: models,
      EMBED_MODEL: "embed",
      RERANK_MODEL: "rerank",
      FUZZ_MEMORY_SOCKET: memorySocket,
      OLLAMA_API_URL: fake.url,
      OCR_SIDECAR_AUTH: "api-key",
      OCR_SIDECAR_API_KEY: key,
      LOG_LEVEL: "error",
      PDF_WORKERS: "1",
      PDF_WORKER_MAX_MB: "128",
      PDF_PAGE_TIMEOUT_SECONDS: "1.5",
      OCR_TIMEOUT: "1.5",
      BODY_TIMEOUT_SECONDS: "2",
      IDLE_TIMEOUT_SECONDS: "4",
      MAX_UPLOAD_MB: "16",
      OCR_PAGE_CACHE_MB: "8",
      ...variables,
    },
    ["--preload", join(import.meta.dir, "tell-memory.ts")],
  );
  const secret = crypto.randomUUID();
  await fillBase(service.base, secret);
  const headers = { "X-API-Key": key };
  const residency = () => fetch(`${service.url}/residency`, { headers });
  return {
    fake,
    service,
    key,
    secrets: [key, secret],
    residency,
    warmUp: async () => {
      const documents = badDocuments.values();
      const client = async () => {
        for (const make of documents) await post(service.url, headers, make());
      };
      await Promise.all(Array.from({ length: warmUpClients }, client));
    },
    memoryAtRest: async () => {
      await untilNothingIsLeft(residency, 60_000);
      return told.parse(await (await fetch("http://memory", { unix: memorySocket })).json());
    },
    [Symbol.asyncDispose]: async () => {
      await service[Symbol.asyncDispose]();
      await fake.stop();
      for (const folder of [models, `${service.base}_evil`]) await rm(folder, { recursive: true, force: true });
    },
  };
}

async function fillBase(base: string, secret: string): Promise<void> {
  await mkdir(join(base, "sub"));
  await mkdir(`${base}_evil`);
  await writeFile(`${base}_evil/secret.pdf`, `%PDF-1.4 ${secret}`);
  await symlink(`${base}_evil/secret.pdf`, join(base, "link-out.pdf"));
  await symlink(`${base}_evil`, join(base, "folder-out"));
  Bun.spawnSync(["mkfifo", join(base, "fifo")]);
  const [typed, , scanned] = soundDocuments;
  await writeFile(join(base, "typed.pdf"), typed);
  if (scanned !== undefined) await writeFile(join(base, "scan.pdf"), scanned);
}

async function post(url: string, headers: Record<string, string>, ...file: BlobPart[]): Promise<void> {
  const form = new FormData();
  form.set("file", new Blob(file));
  const signal = AbortSignal.timeout(answerTimeoutMs);
  await (await fetch(`${url}/ocr-upload`, { method: "POST", headers, body: form, signal })).text();
}
