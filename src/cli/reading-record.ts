import { createHash } from "node:crypto";
import { z } from "zod";
import type { OcrAnswer } from "../client/answers.ts";
import type { OcrFields } from "../client/ocr-request.ts";
import { parseJson } from "../client/transport.ts";

/** What stands in the `.json` beside a text: what was read, how, and what is known about the result. */
const readingRecord = z.looseObject({
  source: z.looseObject({ name: z.string(), sha256: z.string(), bytes: z.number() }),
  /** The fields of the request, as they were sent. */
  parameters: z.record(z.string(), z.unknown()),
  /** ISO 8601, UTC. */
  readAt: z.string(),
  /** The answer without its text, which stands in the `.md`. */
  answer: z.record(z.string(), z.unknown()),
});

export type ReadingRecord = z.infer<typeof readingRecord>;

export interface Source {
  name: string;
  bytes: Uint8Array;
}

/** The record of a finished reading. */
export function recordOf(source: Source, fields: OcrFields, answer: OcrAnswer, now: Date): ReadingRecord {
  const { text: _, ...rest } = answer;
  return {
    source: { name: source.name, sha256: sha256Of(source.bytes), bytes: source.bytes.byteLength },
    parameters: { ...fields },
    readAt: now.toISOString(),
    answer: rest,
  };
}

/** Whether a record, as JSON text, is about these bytes, read with these fields. A damaged record is about nothing. */
export function isRecordOf(text: string, source: Source, fields: OcrFields): boolean {
  const parsed = readingRecord.safeParse(parseJson(text));
  if (!parsed.success) return false;
  const { source: recorded, parameters } = parsed.data;
  return recorded.sha256 === sha256Of(source.bytes) && canonical(parameters) === canonical({ ...fields });
}

const sha256Of = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

/** The same text for the same value, whatever the order of its keys. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, held: unknown) =>
    typeof held === "object" && held !== null && !Array.isArray(held)
      ? Object.fromEntries(Object.entries(held).sort(([one], [other]) => (one < other ? -1 : 1)))
      : held,
  );
}
