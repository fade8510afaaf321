import type { PageLayer } from "./layer/judge.ts";
import type { EngineChoice } from "./request.ts";

/** How a page will be read. `engine` stands for the OCR engine that was asked for, or is configured. */
export interface PagePlan {
  /** 1-based, in document order. */
  page: number;
  source: "text-layer" | "engine" | "blank";
  /** Why, in a few words, for the answer and the log. */
  reason: string;
}

export interface PlanOptions {
  engine: EngineChoice;
  /** A text layer counts when it has more characters than this. */
  charThreshold: number;
}

/** Share of the page that pictures must cover before a short text layer is distrusted. */
const imageCoverageThreshold = 0.2;

/** Path segments beyond which a page with little text is taken for a drawing. */
const drawingSegmentThreshold = 1000;

/**
 * Decides for one page how it is read. A page of little text is sent to the engine only when pictures or line
 * art suggest that more stands on it than the text layer says: a signature page with a logo must not cost a
 * cold start of the model.
 */
export function planPage({ facts, text, verdict }: PageLayer, { engine, charThreshold }: PlanOptions): PagePlan {
  const { page, characters } = facts;
  if (text === "" && !facts.drawn) return { page, source: "blank", reason: "nothing is drawn on the page" };
  if (engine !== "auto") return { page, source: "engine", reason: `the caller asked for ${named[engine]}` };
  if (characters === 0) return { page, source: "engine", reason: "no text layer" };
  if (verdict.trusted && text === "") return { page, source: "engine", reason: "the text layer holds no words" };
  const doubt = verdict.trusted ? doubtAbout(facts, charThreshold) : verdict.reason;
  if (doubt === undefined) return { page, source: "text-layer", reason: layerReason(facts) };
  return { page, source: "engine", reason: doubt };
}

const named: Readonly<Record<Exclude<EngineChoice, "auto">, string>> = {
  "np-dms-ocr": "the model",
  tesseract: "the embedded engine",
};

/** Lines as the file has them lose the structure of the page and no letter: that is a reason and no warning. */
function layerReason({ characters, markdown }: PageLayer["facts"]): string {
  const reason = `text layer of ${characters} characters`;
  return markdown !== undefined && "fallBack" in markdown ? `${reason} as plain lines: ${markdown.fallBack}` : reason;
}

/** Why a text layer at or below the threshold may not be all that stands on the page. */
function doubtAbout(facts: PageLayer["facts"], charThreshold: number): string | undefined {
  const { characters, imageCoverage, pathSegments } = facts;
  if (characters > charThreshold) return undefined;
  if (imageCoverage >= imageCoverageThreshold) {
    return `${characters} characters of text beside images on ${Math.round(imageCoverage * 100)} % of the page`;
  }
  if (pathSegments !== undefined && pathSegments > drawingSegmentThreshold) {
    return `${characters} characters of text beside ${pathSegments} path segments`;
  }
  return undefined;
}
