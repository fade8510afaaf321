import * as z from "zod/mini";

/**
 * The answers of the service, naming only what is read here. Fields that a newer service adds pass through, and a
 * new word in an open set (an engine, a source) is no fault. The small form of zod, because a browser loads this too.
 */
const device = z.string();

export const pageSchema = z.looseObject({
  /** 1-based, in document order. */
  page: z.number(),
  /** `text-layer`, `np-dms-ocr`, `tesseract` or `blank`. */
  source: z.string(),
  /** Why the page was read so. */
  reason: z.optional(z.string()),
  text: z.string(),
  /** Of a text layer: `markdown`, or `plain` where that was asked for or Markdown would have lost letters. */
  format: z.optional(z.string()),
  /** Unicode code points of `text`. */
  chars: z.number(),
  attempts: z.number(),
  /** Milliseconds from the plan to the finished page. */
  ms: z.number(),
  truncated: z.boolean(),
  warnings: z.array(z.string()),
  /** Pieces that a large page was read in; absent when it was read in one picture. */
  tiles: z.optional(z.number()),
  error: z.optional(z.looseObject({ code: z.string(), detail: z.string() })),
});

export const ocrAnswerSchema = z.looseObject({
  /** Markdown. */
  text: z.string(),
  ocrUsed: z.boolean(),
  pageCount: z.number(),
  /** Unicode code points of `text`. */
  charCount: z.number(),
  /** `fast-path`, `np-dms-ocr` or `tesseract`. */
  engineUsed: z.string(),
  warnings: z.optional(z.array(z.string())),
  pages: z.optional(z.array(pageSchema)),
});

/** The last event: of a large document without what its pages have said. */
export const doneSchema = z.extend(z.partial(ocrAnswerSchema, { text: true }), {
  omitted: z.optional(z.array(z.enum(["text", "pages"]))),
});

export const planSchema = z.looseObject({
  pageCount: z.number(),
  pages: z.array(z.looseObject({ page: z.number(), source: z.string(), reason: z.string() })),
});

export const tileSchema = z.looseObject({
  /** 1-based, as the piece. */
  page: z.number(),
  tile: z.number(),
  /** Pieces of the page that are finished, and all of them. */
  done: z.number(),
  tiles: z.number(),
});

export const deltaSchema = z.looseObject({
  /** 1-based, as the piece. */
  page: z.number(),
  /** Of a page that is read in pieces. */
  tile: z.optional(z.number()),
  /** From 1; a higher one replaces all that came of the page, or the piece, before. */
  attempt: z.number(),
  /** The next piece. */
  text: z.string(),
});

const embedding = {
  /** 1,024 numbers of length 1. */
  dense: z.array(z.number()),
  sparse: z.looseObject({ indices: z.array(z.number()), values: z.array(z.number()) }),
  tokens: z.optional(z.number()),
  truncated: z.optional(z.boolean()),
};

export const embeddingSchema = z.looseObject({ ...embedding, device });
export const embeddingBatchSchema = z.looseObject({ results: z.array(z.looseObject(embedding)), device });

export const rerankSchema = z.looseObject({
  /** One for each chunk, in the order of the chunks. */
  scores: z.array(z.number()),
  /** Positions in `chunks`, best first. */
  rankedIndices: z.array(z.number()),
  device,
});

export const healthSchema = z.looseObject({
  status: z.string(),
  engine: z.string(),
  ocrModel: z.string(),
  /** Empty when no Ollama is configured. */
  ollamaUrl: z.string(),
  version: z.optional(z.string()),
  uptimeSeconds: z.optional(z.number()),
});

export const readinessSchema = z.looseObject({
  ready: z.boolean(),
  components: z.record(
    z.string(),
    z.looseObject({ state: z.string(), reason: z.optional(z.string()), version: z.optional(z.string()) }),
  ),
});

export const residencySchema = z.looseObject({
  headroom: z.looseObject({ known: z.boolean(), freeMb: z.optional(z.number()), why: z.optional(z.string()) }),
  sources: z.looseObject({
    ollama: z.looseObject({ state: z.string(), why: z.optional(z.string()) }),
    nvidiaSmi: z.looseObject({ state: z.string(), why: z.optional(z.string()) }),
  }),
});

export const problemSchema = z.looseObject({
  detail: z.string(),
  code: z.string(),
  requestId: z.optional(z.string()),
  errors: z.optional(z.array(z.object({ path: z.string(), message: z.string() }))),
});

export type OcrPage = z.infer<typeof pageSchema>;
export type OcrAnswer = z.infer<typeof ocrAnswerSchema>;
export type OcrPlan = z.infer<typeof planSchema>;
export type OcrTile = z.infer<typeof tileSchema>;
export type OcrDelta = z.infer<typeof deltaSchema>;
export type Embedding = z.infer<typeof embeddingSchema>;
export type EmbeddingBatch = z.infer<typeof embeddingBatchSchema>;
export type RerankAnswer = z.infer<typeof rerankSchema>;
export type Health = z.infer<typeof healthSchema>;
export type Readiness = z.infer<typeof readinessSchema>;
export type ResidencyReport = z.infer<typeof residencySchema>;
