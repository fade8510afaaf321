import * as z from "zod/mini";
import { readinessSchema } from "./answers.ts";

const millisecondsSince1970 = z.number();

const modelSchema = z.looseObject({
  /** `ocr`, `embedder`, `reranker`, or `other` for what else Ollama holds. */
  role: z.string(),
  name: z.string(),
  state: z.string(),
  device: z.optional(z.string()),
  /** At Ollama; absent while that is unknown. */
  loaded: z.optional(z.boolean()),
  sizeMb: z.optional(z.number()),
  vramMb: z.optional(z.number()),
  reason: z.optional(z.string()),
});

export const activitySchema = z.looseObject({
  nowMs: millisecondsSince1970,
  sampleSeconds: z.number(),
  keepSeconds: z.number(),
  samples: z.array(
    z.looseObject({
      atMs: millisecondsSince1970,
      /** Who holds the card, in MB of 1,048,576 bytes. */
      vram: z.union([
        z.looseObject({
          known: z.literal(true),
          totalMb: z.number(),
          freeMb: z.number(),
          llmMb: z.number(),
          ocrModelMb: z.number(),
          retrievalMb: z.number(),
          /** Other processes; null where nobody can say. */
          otherMb: z.nullable(z.number()),
        }),
        z.looseObject({ known: z.literal(false), why: z.string() }),
      ]),
      queue: z.looseObject({ documents: z.number(), waitingPages: z.number(), runningPages: z.number() }),
    }),
  ),
  decisions: z.array(
    z.looseObject({
      atMs: millisecondsSince1970,
      /** `ocr-model`, `embedder` or `reranker`. */
      subject: z.string(),
      /** `loaded`, `kept`, `unloaded`, `unload-failed`, `gpu-starting`, `gpu-ready` or `gpu-left`. */
      action: z.string(),
      reason: z.string(),
      ms: z.optional(z.number()),
    }),
  ),
  requests: z.array(
    z.looseObject({
      atMs: millisecondsSince1970,
      method: z.string(),
      route: z.string(),
      status: z.number(),
      code: z.optional(z.string()),
      ms: z.number(),
      /** Finished pages by their source, and those that `failed`. */
      pages: z.optional(z.record(z.string(), z.number())),
      queueMs: z.optional(z.number()),
    }),
  ),
  /** From when on each list is whole. */
  wholeSinceMs: z.looseObject({ decisions: millisecondsSince1970, requests: millisecondsSince1970 }),
  queue: z.looseObject({
    documentLimit: z.number(),
    maxBytes: z.number(),
    heldBytes: z.number(),
    waitingPages: z.number(),
    runningPages: z.number(),
    /** In the order of their next turns. */
    documents: z.array(
      z.looseObject({
        waitingPages: z.number(),
        runningPages: z.number(),
        bytes: z.number(),
        sinceMs: millisecondsSince1970,
      }),
    ),
  }),
  processes: z.looseObject({
    pdf: z.looseObject({ processes: z.number(), ready: z.number(), busy: z.number(), queued: z.number() }),
    embedder: z.string(),
    reranker: z.string(),
  }),
  models: z.array(modelSchema),
  /** Null while it is unknown. */
  ready: z.looseObject({ ocr: z.nullable(z.boolean()), retrieval: z.nullable(z.boolean()) }),
  components: readinessSchema.shape.components,
});

export type Activity = z.infer<typeof activitySchema>;
