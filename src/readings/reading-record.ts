import { z } from "zod";
import type { OcrAnswer } from "../client/answers.ts";
import { canonicalJson } from "../client/canonical-json.ts";
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

/** A document that is read. */
export interface Source {
  name: string;
  /** Of its bytes, as lower-case hexadecimal digits. */
  sha256: string;
  /** How many. */
  bytes: number;
}

/** The record of a finished reading. */
export function recordOf(source: Source, fields: OcrFields, answer: OcrAnswer, now: Date): ReadingRecord {
  const { text: _, ...rest } = answer;
  return {
    source: { ...source },
    parameters: { ...fields },
    readAt: now.toISOString(),
    answer: rest,
  };
}

/**
 * The record in a JSON text when it is about these bytes, read with these fields. A damaged record is about nothing.
 */
export function recordAbout(text: string, source: Source, fields: OcrFields): ReadingRecord | undefined {
  const parsed = readingRecord.safeParse(parseJson(text));
  if (!parsed.success) return undefined;
  const { source: recorded, parameters } = parsed.data;
  const isSame = recorded.sha256 === source.sha256 && canonicalJson(parameters) === canonicalJson({ ...fields });
  return isSame ? parsed.data : undefined;
}
