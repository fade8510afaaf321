import { z } from "@hono/zod-openapi";
import { assertSelectionForm } from "../../ocr/page-selection.ts";
import type { EngineChoice, OcrRequest } from "../../ocr/request.ts";
import type { ChatOptions } from "../../ollama/chat.ts";
import { invalidField } from "../answers/faults.ts";
import type { Limits } from "../services.ts";
import { keepAliveField, refuseKeepAlive } from "./keep-alive.ts";

const tagName = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;
const maxTags = 50;

const parameters = z
  .strictObject({
    temperature: z.number().min(0).max(2).nullish(),
    top_p: z.number().min(0).max(1).nullish(),
    top_k: z.int().min(0).nullish(),
    repeat_penalty: z.number().gt(0).max(2).nullish(),
    repetition_penalty: z
      .number()
      .gt(0)
      .max(2)
      .nullish()
      .openapi({ description: "another spelling of repeat_penalty" }),
    max_tokens: z.int().min(1).nullish(),
    seed: z.int().nullish(),
    num_ctx: z.int().min(1).nullish(),
    keep_alive: keepAliveField,
  })
  .openapi({ description: "Sampling parameters; what is absent or null is left to the model. 0 is a value." });

/** The validator names every unknown key, so they are counted first. */
const runtimeParams = z.preprocess((value) => {
  const known = Object.keys(parameters.shape);
  const given = sizeOf(value);
  if (Array.isArray(value) || given <= known.length) return value;
  throw invalidField("runtimeParams", `runtimeParams holds ${given} parameters; there are only ${known.join(", ")}`);
}, parameters);

const tagList = z.union([z.array(z.string()).max(maxTags), z.record(z.string(), z.unknown())]).openapi({
  description: "Names of tags to extract, as a list or as the keys of an object, at most 50",
  example: ["document_number"],
});

/** The validator judges every name, so they are counted first. */
const dmsTags = z.preprocess((value) => {
  const given = sizeOf(value);
  if (given <= maxTags) return value;
  throw invalidField("dmsTags", `dmsTags holds ${given} names; at most ${maxTags} are accepted`);
}, tagList);

/** The engines that a caller may name. */
export const engineNames =
  "auto: each page decides; np-dms-ocr or tesseract: the model, or the embedded engine, reads every page that is not blank";

/** What `/ocr` and `/ocr-upload` have in common, before spellings are unified. */
export const ocrFields = z.object({
  maxPages: z.int().min(0).nullish().openapi({ description: "pages read at most; 0 = the service's own limit" }),
  pages: z.string().max(10_000).nullish().openapi({ description: "a selection of pages", example: "1-3,7" }),
  engine: z.string().nullish().openapi({ example: "auto", description: engineNames }),
  systemPrompt: z.string().nullish().openapi({ description: "the system message of the model" }),
  system_prompt: z.string().nullish().openapi({ description: "another spelling of systemPrompt" }),
  dmsTags: dmsTags.nullish(),
  dms_tags: dmsTags.nullish(),
  runtimeParams: runtimeParams.nullish(),
  runtime_params: runtimeParams.nullish(),
  includePages: z.boolean().nullish().openapi({ description: "adds pages to the answer" }),
  onPageError: z
    .enum(["fail", "skip"])
    .nullish()
    .openapi({ description: "skip: answer with the pages that could be read" }),
  textLayerFormat: z
    .enum(["markdown", "plain"])
    .nullish()
    .openapi({ description: "how text layers are answered; plain: lines as the file has them" }),
  deltas: z.boolean().nullish().openapi({
    description: "with a stream of events only: adds what the model writes, as it is written",
  }),
  keep_alive: keepAliveField,
});

export type OcrFields = z.infer<typeof ocrFields>;

/** Names of the parameters inside `runtimeParams`. */
export const parameterNames = Object.keys(parameters.shape);

export interface OcrOrder {
  request: Omit<OcrRequest, "caller">;
  includePages: boolean;
  /** What an engine writes is told while it writes. */
  deltas: boolean;
  /** What is to be said of the request itself. */
  warnings: readonly string[];
}

/**
 * The request behind the fields: spellings unified, `null` dropped, the rules that no single field can know applied.
 *
 * @param warnings what is to be said of the fields
 * @throws SidecarError `keep_alive_not_allowed`, `invalid_request`
 */
export function toOrder(fields: OcrFields, limits: Limits, warnings: readonly string[] = []): OcrOrder {
  const params = pickOne("runtimeParams", fields.runtimeParams, "runtime_params", fields.runtime_params);
  refuseKeepAlive(fields.keep_alive, params?.keep_alive);
  const tags = pickOne("dmsTags", fields.dmsTags, "dms_tags", fields.dms_tags);
  const pages = fields.pages ?? undefined;
  if (pages !== undefined) assertSelectionForm(pages);
  const request: OcrOrder["request"] = {
    engine: engineOf(fields.engine ?? "auto"),
    maxPages: fields.maxPages || limits.defaultMaxPages,
    pages,
    systemPrompt: systemPromptOf(
      pickOne("systemPrompt", fields.systemPrompt, "system_prompt", fields.system_prompt),
      limits,
    ),
    dmsTags: tagNames(tags),
    options: chatOptions(params ?? {}),
    onPageError: fields.onPageError ?? limits.onPageError,
    textLayerFormat: fields.textLayerFormat ?? limits.textLayerFormat,
  };
  const { includePages, deltas } = fields;
  return { request, includePages: includePages ?? false, deltas: deltas ?? false, warnings };
}

function tagNames(tags: readonly string[] | Record<string, unknown> | undefined): readonly string[] | undefined {
  if (tags === undefined) return undefined;
  const names: readonly string[] = Array.isArray(tags) ? tags : Object.keys(tags);
  const wrong = names.findIndex((name) => !tagName.test(name));
  if (wrong < 0) return names;
  throw invalidField(`dmsTags.${wrong}`, "a tag name is a letter followed by up to 63 letters, digits, _ or -");
}

const legacyNames: ReadonlySet<string> = new Set(["np-dms-ocr", "typhoon-ocr1.5-3b", "typhoon-np-dms-ocr"]);

function engineOf(name: string): EngineChoice {
  const normalised = name.trim().toLowerCase();
  if (normalised === "auto") return "auto";
  if (legacyNames.has(normalised.replace(/:latest$/, ""))) return "np-dms-ocr";
  if (normalised === "tesseract") return "tesseract";
  throw invalidField("engine", "engine must be auto, np-dms-ocr or tesseract");
}

function systemPromptOf(prompt: string | undefined, limits: Limits): string | undefined {
  if (prompt === undefined) return undefined;
  if (prompt.trim() === "")
    throw invalidField("systemPrompt", "systemPrompt is blank; leave it out or send the prompt");
  const max = limits.maxSystemPromptChars;
  if (prompt.length > max)
    throw invalidField("systemPrompt", `systemPrompt has ${prompt.length} characters; at most ${max} are accepted`);
  return prompt;
}

/** Ollama's names for the caller's parameters; only those that were given. */
function chatOptions(params: z.infer<typeof parameters>): ChatOptions {
  const penalty = pickOne("repeat_penalty", params.repeat_penalty, "repetition_penalty", params.repetition_penalty);
  const { temperature, top_p, top_k, max_tokens, seed, num_ctx } = params;
  const named = { temperature, top_p, top_k, repeat_penalty: penalty, num_predict: max_tokens, seed, num_ctx };
  return Object.fromEntries(Object.entries(named).filter(([, value]) => isGiven(value)));
}

function pickOne<Value>(
  one: string,
  first: Value | null | undefined,
  other: string,
  second: Value | null | undefined,
): Value | undefined {
  if (isGiven(first) && isGiven(second))
    throw invalidField(other, `${one} and ${other} are the same field; send one of them`);
  return first ?? second ?? undefined;
}

/** How much a list or an object holds; 0 of everything else. */
function sizeOf(value: unknown): number {
  if (Array.isArray(value)) return value.length;
  return typeof value === "object" && value !== null ? Object.keys(value).length : 0;
}

const isGiven = <Value>(value: Value): value is NonNullable<Value> => value !== undefined && value !== null;
