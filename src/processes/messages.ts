import { z } from "zod";

/** From the parent to a child. What `body` holds is for the two programs to say, and is checked at its ends. */
export const toChild = z.discriminatedUnion("type", [
  /** A task; the next one is sent after the answer to this one. */
  z.object({ type: z.literal("ask"), body: z.unknown() }),
  /** Something to know, without an answer. */
  z.object({ type: z.literal("tell"), body: z.unknown() }),
]);

/** From a child to its parent. */
export const fromChild = z.discriminatedUnion("type", [
  /** Its modules have loaded; what is sent before may be lost. */
  z.object({ type: z.literal("ready") }),
  /** It is still at work on the task, whose time starts anew. */
  z.object({ type: z.literal("progress"), body: z.unknown() }),
  z.object({ type: z.literal("answer"), body: z.unknown() }),
]);

export type ToChild = z.infer<typeof toChild>;
export type FromChild = z.infer<typeof fromChild>;
