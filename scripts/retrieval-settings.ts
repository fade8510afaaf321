import { z } from "zod";
import { sections } from "../src/service/env-schema.ts";

const schema = z.object(sections.Retrieval);

/** The retrieval part of the environment, by itself: preparing models needs no API key. Prints what is wrong. */
export function retrievalSettings(): z.output<typeof schema> | undefined {
  const given = Object.entries(process.env).filter(([, value]) => value?.trim() !== "");
  const parsed = schema.safeParse(Object.fromEntries(given));
  if (!parsed.success) console.error(z.prettifyError(parsed.error));
  return parsed.data;
}
