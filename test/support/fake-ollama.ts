import { answerEmpty, answerPage, type ChatWorld, type Reading } from "./fake-ollama/chat.ts";
import { parseChatBody } from "./fake-ollama/chat-schema.ts";
import { type FaultKind, type FaultOptions, FaultPlan } from "./fake-ollama/faults.ts";
import { createExchangeServer, type Exchange, listen, sendJson, shut } from "./fake-ollama/http.ts";
import { answerLook, interfere, type LookWorld } from "./fake-ollama/looks.ts";
import { type FakeModel, fullName, languageModel, ocrModel } from "./fake-ollama/models.ts";
import type { CallRecord, LoadRecord, PageRecord } from "./fake-ollama/records.ts";
import { Scheduler, type SchedulerOptions } from "./fake-ollama/scheduler.ts";

export interface FakeOllamaOptions extends Partial<SchedulerOptions>, Partial<Reading> {
  /** 0, the default, lets the system choose. */
  port?: number;
  /** Installed models; the OCR model and a language model unless named. */
  models?: readonly FakeModel[];
  /** Models in memory from the start; a pinned one is always in use and cannot be evicted. */
  preloaded?: ReadonlyArray<{ name: string; keepAliveSeconds?: number; pinned?: boolean }>;
  version?: string;
  /** Asks for these credentials. */
  basicAuth?: { user: string; password: string };
}

/**
 * A server on loopback that behaves as Ollama does, and is stricter: what Ollama would ignore is refused with
 * 500 and recorded as a violation. `close` throws when there were violations that no test took.
 */
export class FakeOllama implements AsyncDisposable {
  readonly pages: PageRecord[] = [];
  readonly calls: CallRecord[] = [];
  readonly violations: string[] = [];
  readonly #scheduler: Scheduler;
  readonly #faults = new FaultPlan();
  readonly #world: ChatWorld & LookWorld;
  readonly #authorization: string | undefined;
  #server = createExchangeServer((exchange) => this.#handle(exchange));
  #port = 0;

  private constructor(options: FakeOllamaOptions) {
    const models = [...(options.models ?? [ocrModel, languageModel])];
    this.#scheduler = new Scheduler({
      totalVramMb: options.totalVramMb ?? 16_384,
      parallel: options.parallel ?? 1,
      maxQueue: options.maxQueue ?? 512,
      loadDelayMs: options.loadDelayMs ?? 0,
      unloadLagMs: options.unloadLagMs ?? 0,
      secondMs: options.secondMs ?? 1000,
    });
    const findModel = (name: string): FakeModel | undefined =>
      models.find((model) => fullName(model.name) === fullName(name));
    for (const { name, keepAliveSeconds = -1, pinned = false } of options.preloaded ?? []) {
      const model = findModel(name);
      if (model === undefined) throw new Error(`The fake has no model ${name}.`);
      this.#scheduler.preload(model, keepAliveSeconds, pinned);
    }
    this.#world = {
      models,
      scheduler: this.#scheduler,
      faults: this.#faults,
      pages: this.pages,
      violations: this.violations,
      findModel,
      version: options.version ?? "0.12.6",
      reading: {
        answer: options.answer ?? describePage,
        encodeMs: options.encodeMs ?? 0,
        pageDelayMs: options.pageDelayMs ?? 0,
        pieceCount: options.pieceCount ?? 4,
        dripMs: options.dripMs ?? 50,
      },
    };
    const { basicAuth } = options;
    if (basicAuth !== undefined)
      this.#authorization = `Basic ${Buffer.from(`${basicAuth.user}:${basicAuth.password}`).toString("base64")}`;
  }

  static async start(options: FakeOllamaOptions = {}): Promise<FakeOllama> {
    const fake = new FakeOllama(options);
    fake.#port = await listen(fake.#server, options.port ?? 0);
    return fake;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get loads(): readonly LoadRecord[] {
    return this.#scheduler.loads;
  }

  /** Cold loads so far, abandoned ones included. */
  get coldLoads(): number {
    return this.#scheduler.loads.length;
  }

  get peakVramMb(): number {
    return this.#scheduler.card.peakVramMb;
  }

  get vramMb(): number {
    return this.#scheduler.card.usedMb;
  }

  /** VRAM that other processes hold, such as our own GPU children. */
  set foreignVramMb(megabytes: number) {
    this.#scheduler.card.foreignVramMb = megabytes;
  }

  isLoaded(name: string): boolean {
    return this.#scheduler.card.runners.some((runner) => runner.name === fullName(name));
  }

  /** Creates a model again under its name; what is loaded of the old one stays, and no unload by name reaches it. */
  recreate(name: string): void {
    const { models } = this.#world;
    const place = models.findIndex((model) => fullName(model.name) === fullName(name));
    const model = models[place];
    if (model === undefined) throw new Error(`The fake has no model ${name}.`);
    models[place] = { ...model, revision: (model.revision ?? 0) + 1 };
  }

  /** Plans a fault for the next request that fits. */
  fail(kind: FaultKind, options?: FaultOptions): void {
    this.#faults.add(kind, options);
  }

  clearFaults(): void {
    this.#faults.clear();
  }

  /** Ends the server as a crash does: connections break, models are forgotten, the port is closed. */
  async stop(): Promise<void> {
    await shut(this.#server);
    this.#scheduler.card.clear();
  }

  /** Ends the server as SIGKILL does: as `stop`, but its runners live on and keep their VRAM, and nobody lists them. */
  async kill(): Promise<void> {
    const orphanedMb = this.vramMb;
    await this.stop();
    this.foreignVramMb = orphanedMb;
  }

  /** Listens again on the same port. */
  async restart(): Promise<void> {
    this.#server = createExchangeServer((exchange) => this.#handle(exchange));
    await listen(this.#server, this.#port);
  }

  /** Returns the violations so far and forgets them, for tests that are about violations. */
  takeViolations(): string[] {
    return this.violations.splice(0);
  }

  assertNoViolations(): void {
    if (this.violations.length > 0) throw new Error(`The real Ollama would ignore:\n${this.violations.join("\n")}`);
  }

  async close(): Promise<void> {
    await this.stop();
    this.assertNoViolations();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #handle(exchange: Exchange): Promise<void> {
    const { method, path, authorization, response } = exchange;
    this.calls.push({ method, path, at: performance.now(), authorization });
    if (this.#authorization !== undefined && authorization !== this.#authorization) {
      sendJson(response, 401, { error: "unauthorized" });
    } else if (method === "POST" && path === "/api/chat") {
      await this.#chat(exchange);
    } else if (!(await interfere(this.#world, exchange))) {
      answerLook(this.#world, exchange);
    }
  }

  async #chat(exchange: Exchange): Promise<void> {
    const chat = parseChatBody(parseJson(exchange.body));
    switch (chat.kind) {
      case "page":
        await answerPage(this.#world, exchange, chat.body);
        break;
      case "empty":
        await answerEmpty(this.#world, exchange, chat.body);
        break;
      case "wrong":
        this.violations.push(...chat.violations);
        sendJson(exchange.response, chat.status, { error: `fake: ${chat.violations.join("; ")}` });
    }
  }
}

/** The default answer: Markdown that names the picture, the same for the same picture. */
function describePage({ images }: PageRecord): string {
  const sha256 = images[0]?.sha256 ?? "without a picture";
  return `# Page ${sha256.slice(0, 12)}\n\nเลขที่ ${sha256.slice(12, 24)} อาคาร\n\n| a | b |\n|---|---|\n| 1 | 2 |\n`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
