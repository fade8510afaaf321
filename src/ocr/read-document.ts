import { SidecarError } from "../errors.ts";
import type { OpenDocument } from "../pdf/document.ts";
import { cleanMarkdown } from "./clean.ts";
import { type EngineDesk, pageJob } from "./engine-desk.ts";
import { documentFailure, isPageFault, skippedPage, timedOut } from "./page-faults.ts";
import { judgeLayers, type PageLayer } from "./page-layer.ts";
import { countCodePoints, type DocumentResult, type PageResult, type PageSource } from "./page-result.ts";
import { selectPages } from "./page-selection.ts";
import { type PagePlan, planPage } from "./plan.ts";
import { hasPlaceholder } from "./prompt.ts";
import type { Lane } from "./queue.ts";
import type { OcrRequest } from "./request.ts";
import { Tally } from "./tally.ts";

/** The longer side of a page's picture, in pixels: what the model was trained on (A4 is about 154 dpi). */
const longestSidePx = 1800;

export interface ReaderOptions {
  /** A text layer counts when it has more characters than this. */
  charThreshold: number;
  /** Believe the invisible text layer of a scanner if nothing else speaks against it. */
  trustScannerText: boolean;
  /** The configured engine; undefined when there is none. */
  desk: EngineDesk | undefined;
}

/** One page of the plan: where its text will come from, and why. */
export interface PlannedPage {
  page: number;
  source: PageSource;
  reason: string;
}

/** What the caller hears while the document is read. */
export interface Listener {
  onPlan?(pages: readonly PlannedPage[]): void;
  /** In the order in which pages finish. */
  onPage?(page: PageResult): void;
}

interface Admission {
  desk: EngineDesk;
  lane: Lane;
  engineVersion: string;
}

/**
 * Reads an open document: pages are planned one by one, text layers answer at once, the others take their turns
 * at the engine. When the signal is aborted all work for the document stops.
 *
 * @throws SidecarError `invalid_request` (pages), `ocr_not_configured`, `ocr_busy`, and what a page failed with.
 */
export async function readDocument(
  options: ReaderOptions,
  document: OpenDocument,
  request: OcrRequest,
  signal: AbortSignal,
  listener: Listener = {},
): Promise<DocumentResult> {
  const pages = selectPages(request.pages, document.pageCount, request.maxPages);
  const layers = judgeLayers(await document.readPages(pages, signal), options.trustScannerText);
  const planOptions = {
    engine: request.engine,
    charThreshold: options.charThreshold,
    hasEngine: options.desk !== undefined,
  };
  const planned = layers.map((layer) => ({ layer, plan: planPage(layer, planOptions) }));
  const enginePages = planned.filter(({ plan }) => plan.source === "engine").map(({ plan }) => plan.page);
  const admission = enginePages.length === 0 ? undefined : await admit(options.desk, document, signal);
  listener.onPlan?.(planned.map(({ plan }) => ({ ...plan, source: sourceOf(plan, admission) })));
  const tally = new Tally(listener.onPage);
  for (const { layer, plan } of planned) {
    if (plan.source !== "engine") tally.add(textLayerPage(layer, plan.source));
  }
  if (admission !== undefined) await readAtEngine(admission, document, enginePages, request, signal, tally);
  return tally.result(admission?.desk.engine.name, notes(request, admission));
}

async function admit(desk: EngineDesk | undefined, document: OpenDocument, signal: AbortSignal): Promise<Admission> {
  if (desk === undefined) {
    throw new SidecarError(
      "ocr_not_configured",
      "Pages of this document need OCR, but no engine is configured; set OLLAMA_API_URL.",
    );
  }
  const lane = desk.queue.admit(document.sizeBytes);
  try {
    return { desk, lane, engineVersion: await desk.engine.version(signal) };
  } catch (error) {
    lane.close(isAbandoned(signal));
    throw error;
  }
}

async function readAtEngine(
  { desk, lane, engineVersion }: Admission,
  document: OpenDocument,
  pages: readonly number[],
  request: OcrRequest,
  signal: AbortSignal,
  tally: Tally,
): Promise<void> {
  const stop = new AbortController();
  const within = AbortSignal.any([signal, stop.signal]);
  const kept = () => (desk.memory.enabled ? tally.readByEngine : 0);
  const readOne = async (page: number) => {
    const startedMs = performance.now();
    const elapsedMs = () => Math.round(performance.now() - startedMs);
    try {
      const ticket = { document, page, longestSidePx, request, engineVersion, signal: within };
      const { text, attempts, truncated, warnings } = await lane.add(pageJob(desk, ticket), within);
      tally.add({
        page,
        source: desk.engine.name,
        text,
        chars: countCodePoints(text),
        attempts,
        ms: elapsedMs(),
        truncated,
        warnings,
      });
    } catch (error) {
      if (within.aborted) return;
      if (request.onPageError === "skip" && isPageFault(error))
        tally.add(skippedPage(page, desk.engine.name, error, elapsedMs()));
      else stop.abort(documentFailure(page, error, kept()));
    }
  };
  try {
    await Promise.all(pages.map(readOne));
    if (signal.aborted) throw timedOut(signal.reason, kept());
    stop.signal.throwIfAborted();
  } finally {
    lane.close(isAbandoned(signal));
  }
}

function textLayerPage({ facts, verdict, repairs, ...layer }: PageLayer, source: "text-layer" | "blank"): PageResult {
  const text = cleanMarkdown(layer.text);
  const result = {
    page: facts.page,
    source,
    text,
    chars: countCodePoints(text),
    attempts: 0,
    ms: 0,
    truncated: false,
    warnings: text === "" ? [] : verdict.warnings,
  };
  return Object.keys(repairs).length === 0 ? result : { ...result, repairs };
}

const sourceOf = ({ source }: PagePlan, admission: Admission | undefined): PageSource =>
  source === "engine" ? (admission?.desk.engine.name ?? "text-layer") : source;

function notes(request: OcrRequest, admission: Admission | undefined): string[] {
  if (admission === undefined || request.systemPrompt === undefined || !hasPlaceholder(request.systemPrompt)) return [];
  return ["the system prompt holds a placeholder that nobody filled in; it was passed on as it is"];
}

const isAbandoned = (signal: AbortSignal) =>
  signal.aborted && signal.reason instanceof SidecarError && signal.reason.code === "client_gone";
