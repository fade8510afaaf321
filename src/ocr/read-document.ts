import type { OpenDocument, PageFacts } from "../pdf/document.ts";
import { cutPage, filesAttachedToPages } from "../pdf/document-faults.ts";
import {
  type Admission,
  admit,
  type EnginePipelines,
  isAbandoned,
  type TextDelta,
  type TileProgress,
} from "./engines/admission.ts";
import { enginePageOf } from "./engines/draw-page.ts";
import { readAtEngine } from "./engines/engine-pages.ts";
import { hasPlaceholder } from "./engines/prompt.ts";
import { judgeLayers, type PageLayer } from "./layer/judge.ts";
import { mapInTurns } from "./layer/map-in-turns.ts";
import { countCodePoints, type DocumentResult, type PageResult, type PageSource } from "./page-result.ts";
import { selectPages } from "./page-selection.ts";
import { type PagePlan, planPage } from "./plan.ts";
import { countUnknown } from "./printable.ts";
import { readFacts } from "./read-facts.ts";
import type { OcrRequest } from "./request.ts";
import { createResultBuilder } from "./result-builder.ts";

export interface ReaderOptions {
  /** A text layer counts when it has more characters than this. */
  charThreshold: number;
  /** Believe the invisible text layer of a scanner if nothing else speaks against it. */
  trustScannerText: boolean;
  pipelines: EnginePipelines;
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
  /** A page's turn at the engine has come, with the milliseconds it waited. */
  onTurn?(waitedMs: number): void;
  /** A piece of a page that is read in pieces is finished. */
  onTile?(progress: TileProgress): void;
  /** An engine has written more of a page; left out, nothing is gathered for it. */
  onDelta?(delta: TextDelta): void;
  /** In the order in which pages finish. */
  onPage?(page: PageResult): void;
}

/**
 * Reads an open document: pages are planned one by one, text layers answer at once, the others take their turns
 * at the engine. When the signal is aborted all work for the document stops.
 *
 * @throws SidecarError `invalid_request` (pages), `ocr_not_configured`, `ocr_busy`, and what a page failed with.
 */
export async function readDocument(
  { charThreshold, trustScannerText, pipelines }: ReaderOptions,
  document: OpenDocument,
  request: OcrRequest,
  signal: AbortSignal,
  listener: Listener = {},
): Promise<DocumentResult> {
  const wanted = selectPages(request.pages, document.pageCount, request.maxPages);
  const { facts, unreadable } = await readFacts(document, wanted, request, signal);
  const planOptions = { engine: request.engine, charThreshold };
  const layers = await judgeLayers(facts, trustScannerText, signal);
  const planned = layers.map((layer) => ({ layer, plan: planPage(layer, planOptions) }));
  const pages = planned.filter(({ plan }) => plan.source === "engine").map(({ layer }) => enginePageOf(layer.facts));
  const { onTurn, onTile, onDelta } = listener;
  const work = { document, pages, wantedPages: wanted.length, request, signal, onTurn, onTile, onDelta };
  const admission = pages.length === 0 ? undefined : await admit(pipelines, work);
  try {
    listener.onPlan?.(planned.map(({ plan }) => ({ ...plan, source: sourceOf(plan, admission) })));
    const result = createResultBuilder(
      planned.map(({ plan }) => plan),
      listener.onPage,
    );
    for (const page of unreadable) result.add(page);
    await mapInTurns(planned, signal, ({ layer, plan }) => {
      if (plan.source !== "engine") result.add(textLayerPage(layer, plan.source));
    });
    if (admission !== undefined) await readAtEngine(admission, pipelines, work, result);
    const said = [...document.warnings, ...pageNotes(facts), ...notes(request, admission)];
    return result.build(admission?.pipeline.engine.name, said);
  } finally {
    admission?.queued.close(isAbandoned(signal));
  }
}

function textLayerPage(
  { facts, format, verdict, repairs, text }: PageLayer,
  source: "text-layer" | "blank",
): PageResult {
  const unknown = countUnknown(text);
  const lost = unknown === 0 ? [] : [`${unknown} characters of the text layer are unknown and stand as U+FFFD`];
  const result: PageResult = {
    page: facts.page,
    source,
    text,
    chars: countCodePoints(text),
    attempts: 0,
    ms: 0,
    truncated: false,
    warnings: source === "blank" ? [] : [...verdict.warnings, ...facts.warnings, ...lost],
  };
  if (source === "text-layer") result.format = format;
  if (Object.keys(repairs).length > 0) result.repairs = repairs;
  return result;
}

const sourceOf = ({ source }: PagePlan, admission: Admission | undefined): PageSource =>
  source === "engine" ? (admission?.pipeline.engine.name ?? "text-layer") : source;

/** What is to be said of the pages however they are read. */
function pageNotes(facts: readonly PageFacts[]): string[] {
  const cut = facts.flatMap(({ page, isCut }) => (isCut === true ? [cutPage(page)] : []));
  const files = facts.reduce((sum, { attachedFiles }) => sum + attachedFiles, 0);
  return files === 0 ? cut : [...cut, filesAttachedToPages(files)];
}

/** What is to be said of the reading as a whole. */
function notes(request: OcrRequest, admission: Admission | undefined): string[] {
  if (admission === undefined) return [];
  const { systemPrompt, dmsTags, options } = request;
  const said = admission.note === undefined ? [] : [admission.note];
  if (admission.pipeline.engine.name !== "np-dms-ocr") {
    const ignored = systemPrompt !== undefined || dmsTags !== undefined || Object.keys(options).length > 0;
    return ignored
      ? [...said, "prompt, tags and parameters do not apply to the embedded engine and were ignored"]
      : said;
  }
  if (systemPrompt === undefined || !hasPlaceholder(systemPrompt)) return [];
  return ["the system prompt holds a placeholder that nobody filled in; it was passed on as it is"];
}
