import { setTimeout as sleep } from "node:timers/promises";
import { streamAnswer } from "./answer-stream.ts";
import { type EmptyBody, keepAliveSeconds, type PageBody } from "./chat-schema.ts";
import { type FaultPlan, type Refusal, refusalOf } from "./faults.ts";
import { countTokens, writeScript } from "./generation.ts";
import { type Exchange, sendJson } from "./http.ts";
import type { FakeModel } from "./models.ts";
import { finish, recordPage } from "./page-record.ts";
import { canBeSeen, imageTokens } from "./picture.ts";
import type { PageRecord } from "./records.ts";
import { type Lease, QueueFullError, type Scheduler } from "./scheduler.ts";

export interface Reading {
  answer: (page: PageRecord) => string;
  /** Time to encode the picture, before the first piece; it is done to its end whoever hangs up. */
  encodeMs: number;
  /** Time to read one page, the load and the picture not included. */
  pageDelayMs: number;
  pieceCount: number;
  /** Pause between characters of a `drip`. */
  dripMs: number;
}

export interface ChatWorld {
  scheduler: Scheduler;
  faults: FaultPlan;
  reading: Reading;
  pages: PageRecord[];
  violations: string[];
  findModel: (name: string) => FakeModel | undefined;
}

/** Answers a page as `/api/chat` does, or as the fault says that was planned for it. */
export async function answerPage(world: ChatWorld, exchange: Exchange, body: PageBody): Promise<void> {
  const { page, violations } = recordPage(body, world.pages.length);
  world.pages.push(page);
  world.violations.push(...violations);
  exchange.signal.addEventListener("abort", () => finish(page, "aborted"), { once: true });
  page.fault = world.faults.take("/api/chat", page);
  const model = world.findModel(body.model);
  const contextTokens = page.options.num_ctx ?? model?.contextTokens ?? 0;
  const promptTokens = countPrompt(page);
  const refusal = refuse(page, model, promptTokens < contextTokens);
  if (model === undefined || refusal !== undefined) {
    sendRefusal(page, exchange, refusal ?? refusalOf("not-installed", page.model));
  } else if (page.fault === "reset-before") {
    finish(page, "failed");
    exchange.reset();
  } else {
    await read(world, exchange, page, model, contextTokens, promptTokens);
  }
}

/** Answers a request without messages: it loads the model, or unloads it when `keep_alive` is 0. */
export async function answerEmpty(world: ChatWorld, exchange: Exchange, body: EmptyBody): Promise<void> {
  const model = world.findModel(body.model);
  if (model === undefined) {
    sendJson(exchange.response, 404, { error: `model '${body.model}' not found` });
    return;
  }
  const seconds = keepAliveSeconds(body.keep_alive);
  if (seconds === 0) {
    world.scheduler.expire(model);
  } else {
    const need = { model, contextTokens: model.contextTokens, keepAliveSeconds: seconds };
    (await world.scheduler.acquire(need, exchange.signal)).release();
  }
  const done = { done: true, done_reason: seconds === 0 ? "unload" : "load" };
  sendJson(exchange.response, 200, { model: body.model, message: { role: "assistant", content: "" }, ...done });
}

async function read(
  world: ChatWorld,
  exchange: Exchange,
  page: PageRecord,
  model: FakeModel,
  contextTokens: number,
  promptTokens: number,
): Promise<void> {
  let lease: Lease | undefined;
  let encoded: Promise<void> = Promise.resolve();
  try {
    const need = { model, contextTokens, keepAliveSeconds: keepAliveSeconds(page.keepAlive) };
    lease = await world.scheduler.acquire(need, exchange.signal);
    page.startedAt = performance.now();
    page.coldLoad = lease.coldLoad;
    encoded = sleep(world.reading.encodeMs);
    await Promise.race([encoded, sleep(world.reading.encodeMs, undefined, { signal: exchange.signal })]);
    const asked = page.options.num_predict ?? model.maxAnswerTokens;
    const room = contextTokens - promptTokens;
    await generate(world, exchange, page, lease, promptTokens, asked < 0 ? room : Math.min(asked, room));
  } catch (error) {
    if (error instanceof QueueFullError) sendRefusal(page, exchange, refusalOf("busy", page.model));
    else if (!exchange.signal.aborted) throw error;
  } finally {
    await encoded;
    lease?.release();
  }
}

async function generate(
  { reading }: ChatWorld,
  exchange: Exchange,
  page: PageRecord,
  { runner, loadMs }: Lease,
  promptTokens: number,
  maxTokens: number,
): Promise<void> {
  const { response, signal } = exchange;
  if (page.fault === "one-glyph") runner.poisoned = true;
  if (page.fault === "hang") {
    await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
  } else if (page.fault === "html" || page.fault === "garbage") {
    finish(page, "failed", 200);
    response.writeHead(200, { "content-type": page.fault === "html" ? "text/html" : "application/x-ndjson" });
    response.end(page.fault === "html" ? "<!doctype html>\n<title>Welcome</title>\n" : "%%% not JSON %%%\n");
  } else {
    const fault = runner.poisoned ? "one-glyph" : page.fault;
    const script = writeScript({ ...reading, text: reading.answer(page), fault, maxTokens });
    await streamAnswer(exchange, page, script, { loadMs, promptTokens });
  }
}

function countPrompt(page: PageRecord): number {
  const textTokens = countTokens(`${page.system ?? ""}${page.prompt}`);
  return page.images.reduce((total, image) => total + imageTokens(image), textTokens);
}

function refuse(page: PageRecord, model: FakeModel | undefined, fits: boolean): Refusal | undefined {
  const planned = page.fault === undefined ? undefined : refusalOf(page.fault, page.model);
  if (planned !== undefined || model === undefined) return planned;
  if (page.images.length < page.imagesSent) return refusalOf("bad-request", page.model);
  if (!page.images.every(canBeSeen)) return refusalOf("bad-request", page.model);
  if (!model.vision && page.imagesSent > 0) return refusalOf("no-vision", page.model);
  return fits ? undefined : refusalOf("context-too-small", page.model);
}

function sendRefusal(page: PageRecord, exchange: Exchange, refusal: Refusal | undefined): void {
  const { status, error } = refusal ?? { status: 500, error: "fake: a refusal without words" };
  finish(page, "refused", status);
  sendJson(exchange.response, status, { error });
}
