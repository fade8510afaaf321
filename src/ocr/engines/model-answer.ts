import { z } from "zod";

export interface ModelAnswer {
  text: string;
  /** What was unwrapped, as sentences for the page's warnings. */
  repairs: string[];
}

const naturalText = z.object({ natural_text: z.string() });
const wholeFence = /^```(?:markdown|md)?[ \t]*\n([\s\S]*?)\n?```$/;

/**
 * The Markdown in what the model answered. Models of the version before answer `{"natural_text": "…"}`, and some
 * wrap the whole page in a Markdown fence; both are taken off and said.
 */
export function unwrapAnswer(answer: string): ModelAnswer {
  const trimmed = answer.trim();
  const json = trimmed.startsWith("{") ? parseNaturalText(trimmed) : undefined;
  if (json !== undefined) return { text: json, repairs: ["the model answered in JSON; its natural_text was taken"] };
  const inner = wholeFence.exec(trimmed)?.[1];
  if (inner !== undefined && !inner.includes("```")) {
    return { text: inner, repairs: ["the model wrapped the page in a code fence; it was taken off"] };
  }
  return { text: trimmed, repairs: [] };
}

function parseNaturalText(text: string): string | undefined {
  try {
    return naturalText.safeParse(JSON.parse(text)).data?.natural_text;
  } catch {
    return undefined;
  }
}
