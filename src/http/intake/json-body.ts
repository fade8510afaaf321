import { setImmediate as nextTurn } from "node:timers/promises";
import type { MiddlewareHandler } from "hono";
import { SidecarError } from "../../errors.ts";
import { notUtf8, tooManyTexts } from "../answers/faults.ts";
import type { AppEnv } from "../context.ts";
import type { Services } from "../services.ts";
import { absoluteUrl } from "./absolute-url.ts";
import { type BodyLimits, readBody } from "./body.ts";
import type { ByteLease } from "./byte-budget.ts";
import { createJsonOutline } from "./json-outline.ts";

/** Read in some 1.5 ms, in which nobody else is served. */
const bytesInOneGo = 128 * 1024;

export interface JsonLimits extends BodyLimits {
  /** Bytes beside blanks and texts, each of which may become a value. */
  maxStructureBytes: number;
  /** The longest a list right below the topmost object may be, by its name. */
  maxItems: Readonly<Record<string, number>>;
  /** What a request is answered with when too much is being received. */
  busy: "ocr_busy" | "retrieval_busy";
}

/**
 * Holds a JSON body whole before the validators see it, and counts it against the budget until the request is answered.
 * Its lists are counted while it comes, before the parser and the validators make anything of them: their work cannot be
 * stopped, and nobody else is served meanwhile.
 */
export function boundBody(limits: JsonLimits, services: Pick<Services, "jsonIntake">): MiddlewareHandler<AppEnv> {
  return async function boundBody(c, next) {
    if (c.req.raw.body === null) return next();
    const lease = services.jsonIntake.open(limits.busy);
    try {
      const body = await receive(c.req.raw, limits, lease, c.var.work.signal);
      c.var.work.hasReceived();
      const { url, method, headers } = c.req.raw;
      c.req.raw = new Request(absoluteUrl(url), { method, headers, body });
      await next();
    } finally {
      lease.release();
    }
  };
}

/** The text of a body. One with a list that is too long is not kept: what is left of it is only counted, for the answer. */
async function receive(request: Request, limits: JsonLimits, lease: ByteLease, signal: AbortSignal): Promise<string> {
  const bounds = Object.entries(limits.maxItems);
  const outline = createJsonOutline(bounds.map(([name]) => name));
  const decode = strictDecoder();
  let text = "";
  for await (const chunk of readBody(request, limits, signal)) {
    for (let start = 0; start < chunk.byteLength; start += bytesInOneGo) {
      const piece = chunk.subarray(start, start + bytesInOneGo);
      await nextTurn();
      signal.throwIfAborted();
      outline.read(piece);
      if (bounds.some(([name, max]) => outline.lengthOf(name) > max)) {
        text = "";
        lease.release();
        continue;
      }
      if (outline.structureBytes > limits.maxStructureBytes) throw tooIntricate(limits);
      lease.take(piece.byteLength);
      text += decode(piece);
    }
  }
  for (const [name, max] of bounds) {
    const count = outline.lengthOf(name);
    if (count > max) throw tooManyTexts(name, count, max);
  }
  // Parsing and judging it take a turn of their own.
  await nextTurn();
  signal.throwIfAborted();
  return text + decode();
}

/** Takes UTF-8 piece by piece, and its end without one; anything else would be changed without a word. */
function strictDecoder(): (piece?: Uint8Array) => string {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  return (piece) => {
    try {
      return decoder.decode(piece, { stream: piece !== undefined });
    } catch (error) {
      throw notUtf8(error);
    }
  };
}

const tooIntricate = ({ maxStructureBytes }: JsonLimits) =>
  new SidecarError("body_too_large", `The body holds more than ${maxStructureBytes / 1024} KiB beside its texts.`);
