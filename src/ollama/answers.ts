import { z } from "zod";

/** The value of a JSON text, or undefined for a text that is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What the service reads of Ollama's answers. Fields that are not named here are ignored. */

/** Nanoseconds; the server leaves a zero out. */
const nanoseconds = z.number().nonnegative().default(0);
const tokens = z.number().int().nonnegative().default(0);

/** One line of a streamed `/api/chat` that is neither the last nor an error. */
const chatPiece = z.object({
  done: z.literal(false).optional(),
  message: z.object({ content: z.string().default("") }),
});

/** The last line of a streamed `/api/chat`. */
const chatEnd = z.object({
  done: z.literal(true),
  done_reason: z.enum(["stop", "length"]).default("stop"),
  message: z.object({ content: z.string().default("") }).optional(),
  total_duration: nanoseconds,
  load_duration: nanoseconds,
  prompt_eval_count: tokens,
  eval_count: tokens,
  eval_duration: nanoseconds,
});

/** The body of a refusal, and a line in mid-stream. */
export const failure = z.object({ error: z.string() });

export const chatLine = z.union([failure, chatEnd, chatPiece]);

export const processList = z.object({
  models: z
    .array(
      z.object({
        name: z.string(),
        digest: z.string().default(""),
        size: z.number().nonnegative(),
        size_vram: z.number().nonnegative(),
        expires_at: z.string().optional(),
      }),
    )
    .nullable(),
});

export const tagList = z.object({
  models: z
    .array(z.object({ name: z.string(), digest: z.string().default(""), size: z.number().nonnegative().default(0) }))
    .nullable(),
});

export const modelDetails = z.object({ capabilities: z.array(z.string()).default([]) });

export const serverVersion = z.object({ version: z.string() });
