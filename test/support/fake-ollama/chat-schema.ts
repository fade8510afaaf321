import { z } from "zod";

/**
 * The fields of `/api/chat` that Ollama acts on and this service has a use for. Ollama ignores what it does
 * not know; here every unknown field is a violation, because whoever sends it believes that it works.
 */
const float = z.number();
const integer = z.number().int();

const options = z.strictObject({
  temperature: float.optional(),
  top_p: float.optional(),
  repeat_penalty: float.optional(),
  num_predict: integer.optional(),
  num_ctx: integer.positive().optional(),
  seed: integer.optional(),
  top_k: integer.optional(),
});

const rawBase64 = z.base64("images must be raw base64, without a data: prefix").min(1);

const message = z.discriminatedUnion("role", [
  z.strictObject({ role: z.literal("system"), content: z.string() }),
  z.strictObject({ role: z.literal("user"), content: z.string(), images: z.array(rawBase64).optional() }),
]);

const keepAlive = z.union([z.number(), z.string().regex(/^-?(\d+(\.\d+)?(ms|s|m|h))+$/, "not a Go duration")]);

const pageRequest = z.strictObject({
  model: z.string().min(1),
  stream: z.literal(true),
  think: z.literal(false),
  keep_alive: keepAlive.optional(),
  options: options.optional(),
  messages: z.array(message).min(1),
});

const emptyRequest = z.strictObject({
  model: z.string().min(1),
  stream: z.boolean(),
  keep_alive: keepAlive.optional(),
  messages: z.array(z.never()).length(0),
});

export type PageBody = z.output<typeof pageRequest>;
export type EmptyBody = z.output<typeof emptyRequest>;
export type ChatBody = { kind: "page"; body: PageBody } | { kind: "empty"; body: EmptyBody };

/** A body that Ollama would act on as it is meant, or what is wrong with it. */
export function parseChatBody(json: unknown): ChatBody | { kind: "wrong"; status: number; violations: string[] } {
  const isEmpty = z.looseObject({ messages: z.array(z.unknown()).length(0) }).safeParse(json).success;
  const parsed = isEmpty ? emptyRequest.safeParse(json) : pageRequest.safeParse(json);
  if (!parsed.success) {
    const violations = parsed.error.issues.map((issue) => `/api/chat ${issue.path.join(".")}: ${issue.message}`);
    const isDuration = parsed.error.issues.every((issue) => issue.path[0] === "keep_alive");
    return { kind: "wrong", status: isDuration ? 400 : 500, violations };
  }
  return isEmpty ? { kind: "empty", body: emptyRequest.parse(json) } : { kind: "page", body: pageRequest.parse(json) };
}

/** Whole seconds of a `keep_alive`; a negative number is for ever. Undefined when it was not named. */
export function keepAliveSeconds(value: number | string | undefined): number | undefined {
  if (typeof value !== "string") return value;
  const unitSeconds: Record<string, number> = { ms: 0.001, s: 1, m: 60, h: 3600 };
  const parts = [...value.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
  const total = parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (unitSeconds[unit ?? "s"] ?? 1), 0);
  return value.startsWith("-") ? -total : total;
}
