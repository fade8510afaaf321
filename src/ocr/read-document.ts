import type { SidecarError } from "../errors.ts";
import type { OpenDocument, PageFacts } from "../pdf/document.ts";
import { withHeadings } from "../pdf/markdown/heading-levels.ts";
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
import { judgeLayers, type PageLayer } from "./layer/judge.ts";
import { mapInTurns } from "./layer/map-in-turns.ts";
import { failedPage, isPageFault, skippedPage } from "./page-faults.ts";
import { countCodePoints, type DocumentResult, type PageResult, type PageSource } from "./page-result.ts";
import { selectPages } from "./page-selection.ts";
import { type PagePlan, planPage } from "./plan.ts";
import { countUnknown } from "./printable.ts";
import type { OcrRequest, PageErrorMode } from "./request.ts";
import { createResultBuilder, documentNotes } from "./result-builder.ts";

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
    const notes = [...document.warnings, ...documentNotes(facts, request, admission)];
    return result.build(admission?.pipeline.engine.name, notes);
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

export interface ReadFacts {
  facts: PageFacts[];
  /** Pages that could not be looked into, where the caller asked to skip such pages. */
  unreadable: PageResult[];
}

/**
 * The facts of these pages. A page that the engine refuses is told apart from the others at once; one that breaks the
 * engine, or takes too long, is found by asking for each page alone.
 *
 * @throws SidecarError the fault of the first page that cannot be read, where the caller did not ask to skip such pages
 */
export async function readFacts(
  document: OpenDocument,
  pages: readonly number[],
  { engine, onPageError, textLayerFormat }: Pick<OcrRequest, "engine" | "onPageError" | "textLayerFormat">,
  signal: AbortSignal,
): Promise<ReadFacts> {
  // Text layers are not answered where an engine reads every page.
  const format = engine === "auto" ? textLayerFormat : "plain";
  const faults = new Map<number, SidecarError>();
  const look = (wanted: readonly number[]) =>
    document.readPages(wanted, signal, format, (page, fault) => faults.set(page, fault));
  const facts = await look(pages).catch(async (error: unknown) => {
    const [only, ...others] = pages;
    if (!isPageFault(error) || only === undefined) throw error;
    if (others.length === 0) {
      faults.set(only, error);
      return [];
    }
    // Which page it was is known only where each is asked for alone.
    return await lookAtEach(pages, onPageError, look, faults);
  });
  const failed = [...faults].sort(([one], [other]) => one - other);
  const [first] = failed;
  if (first !== undefined && onPageError === "fail") {
    throw failedPage(...first, { kept: 0, read: facts.length, wanted: pages.length });
  }
  const nothingSpent = { attempts: 0, ms: 0 };
  const unreadable = failed.map(([page, fault]) => skippedPage(page, "text-layer", fault, nothingSpent));
  return { facts: withMarkedHeadings(facts), unreadable };
}

async function lookAtEach(
  pages: readonly number[],
  onPageError: PageErrorMode,
  look: (pages: readonly number[]) => Promise<PageFacts[]>,
  faults: Map<number, SidecarError>,
): Promise<PageFacts[]> {
  const facts: PageFacts[] = [];
  for (const page of pages) {
    try {
      facts.push(...(await look([page])));
    } catch (error) {
      if (!isPageFault(error)) throw error;
      faults.set(page, error);
      // Each such page costs processes.
      if (onPageError === "fail") break;
    }
  }
  return facts;
}

/** What is a heading, and how deep, is seen from all pages together. */
function withMarkedHeadings(pages: readonly PageFacts[]): PageFacts[] {
  const given = pages.flatMap(({ markdown }) => markdown ?? []);
  const marked = new Map(withHeadings(given).map((markdown, at) => [given[at], markdown]));
  return pages.map((page) => (page.markdown === undefined ? page : { ...page, markdown: marked.get(page.markdown) }));
}
