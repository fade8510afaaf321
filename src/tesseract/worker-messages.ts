import { z } from "zod";

const taskNames = ["read", "orientation"] as const;

/** To the thread: one picture and what to do with it. The next is sent after the answer to this one. */
export const workerRequest = z.object({
  task: z.enum(taskNames),
  png: z.custom<Uint8Array>((value) => value instanceof Uint8Array),
});
export type WorkerRequest = z.infer<typeof workerRequest>;

/** What a thread is given when it starts. */
export const workerSettings = z.object({ maxPixels: z.number() });
export type WorkerSettings = z.infer<typeof workerSettings>;

const recognisedPage = z.object({
  text: z.string(),
  confidence: z.number(),
  inkOutside: z.number(),
  deskewedDegrees: z.number(),
});

const detectedOrientation = z.object({
  turnDegrees: z.literal([0, 90, 180, 270]),
  confidence: z.number(),
});

/** From the thread. `broken`: its memory cannot be trusted any more, the thread is to be replaced. */
export const workerMessage = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("ready") }),
  z.object({ kind: z.literal("page"), page: recognisedPage, heapBytes: z.number() }),
  z.object({ kind: z.literal("orientation"), orientation: detectedOrientation.optional(), heapBytes: z.number() }),
  z.object({ kind: z.literal("failed"), message: z.string(), broken: z.boolean() }),
]);
export type WorkerMessage = z.infer<typeof workerMessage>;
