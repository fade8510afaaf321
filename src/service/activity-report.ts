import type { HeadroomReader } from "../gpu/headroom-reader.ts";
import type { ActivityAnswer } from "../http/answers/activity-answer.ts";
import type { PageQueue } from "../ocr/queue/page-queue.ts";
import { isSameModel } from "../ollama/model-name.ts";
import type { PdfPool } from "../pdf/document.ts";
import type { ModelStatus } from "../retrieval/models/served-model.ts";
import { judgeModel } from "../retrieval/readiness.ts";
import type { Retrieval } from "../retrieval/retrieval.ts";
import type { ActivityLog } from "../watch/activity-log.ts";
import type { ActivitySampler } from "../watch/activity-sampler.ts";
import type { ServiceLimits } from "./limits.ts";
import type { ReadinessJudge } from "./readiness.ts";

export interface ActivityReportParts {
  log: ActivityLog;
  sampler: Pick<ActivitySampler, "samples">;
  limits: Pick<ServiceLimits, "activity" | "queue">;
  headroom: Pick<HeadroomReader, "last">;
  queue: PageQueue;
  pool: Pick<PdfPool, "status">;
  retrieval: Pick<Retrieval, "status">;
  readiness: Pick<ReadinessJudge, "soon">;
  ocrModel: string;
}

type Models = ActivityAnswer["models"];

/** Puts together what `/activity` tells; nothing in it is waited for longer than 50 ms. */
export function createActivityReport(parts: ActivityReportParts): () => Promise<ActivityAnswer> {
  const { log, sampler, limits, queue, pool, retrieval, readiness } = parts;
  return async () => {
    const [samples, ocr, forRetrieval] = await Promise.all([
      sampler.samples(),
      readiness.soon("ocr"),
      readiness.soon("retrieval"),
    ]);
    const components = forRetrieval?.components ?? {};
    const { embedder, reranker } = retrieval.status();
    const { waitingPages, runningPages, heldBytes } = queue.status();
    const nowMs = Date.now();
    return {
      nowMs,
      sampleSeconds: limits.activity.everyMs / 1000,
      keepSeconds: limits.activity.keepMs / 1000,
      samples,
      decisions: log.decisions(),
      requests: log.requests().map(({ pages, ...request }) => (pages ? { ...request, pages: { ...pages } } : request)),
      wholeSinceMs: log.wholeSinceMs(),
      queue: {
        documentLimit: limits.queue.documentLimit,
        maxBytes: limits.queue.maxBytes,
        ...{ heldBytes, waitingPages, runningPages },
        documents: queue
          .documents()
          .map(({ heldMs, ...document }) => ({ ...document, sinceMs: nowMs - Math.round(heldMs) })),
      },
      processes: { pdf: pool.status(), embedder: embedder.cpu.state, reranker: reranker.cpu.state },
      models: [
        ...ollamaModels(parts, components.ocrModel),
        retrievalModel("embedder", embedder),
        retrievalModel("reranker", reranker),
      ],
      ready: { ocr: ocr?.ready ?? null, retrieval: forRetrieval?.ready ?? null },
      components,
    };
  };
}

/** The OCR model, and what else Ollama holds. */
function ollamaModels(
  { headroom, ocrModel }: ActivityReportParts,
  component: ActivityAnswer["components"][string] = { state: "loading" },
): Models {
  const { ollama } = headroom.last().sources;
  const loaded = ollama.state === "known" ? ollama.models : undefined;
  const isOcrModel = ({ name }: { name: string }) => isSameModel(name, ocrModel);
  const held = loaded?.find(isOcrModel);
  const { state, reason } = component;
  return [
    {
      role: "ocr",
      name: ocrModel,
      state,
      ...(loaded === undefined ? {} : { loaded: held !== undefined }),
      ...sizesOf(held),
      ...(reason === undefined ? {} : { reason }),
    },
    ...(loaded ?? [])
      .filter((model) => !isOcrModel(model))
      .map((model) => ({
        ...{ role: "other" as const, name: model.name, state: "ready" as const, loaded: true },
        ...sizesOf(model),
      })),
  ];
}

const sizesOf = (model: { sizeMb: number; vramMb: number } | undefined) =>
  model === undefined ? {} : { sizeMb: Math.round(model.sizeMb), vramMb: Math.round(model.vramMb) };

function retrievalModel(role: "embedder" | "reranker", status: ModelStatus): Models[number] {
  const { model, device, gpu } = status;
  return { role, name: model, ...judgeModel(status), device, vramMb: Math.round(gpu.process?.mostMb ?? 0) };
}
