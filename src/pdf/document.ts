import type { SidecarError } from "../errors.ts";
import type { SlotsStatus } from "../processes/slots.ts";
import type { DocumentFile } from "./files/document-file.ts";
import type { PageMarkdown } from "./markdown/page-markdown.ts";
import type { TilePlan } from "./tiles/plan-tiles.ts";
import type { Tile } from "./tiles/tile.ts";

/** What the bytes really are, decided by their first bytes and never by a name or a header. */
export type DocumentKind = "pdf" | "png" | "jpeg" | "tiff" | "bmp" | "gif" | "jp2";

/** How text layers are given: `plain` has the lines of the file. */
export type TextLayerFormat = "markdown" | "plain";

/** What one page holds, as far as it can be said without reading a picture. */
export interface PageFacts {
  /** 1-based, in document order. */
  page: number;
  widthPt: number;
  heightPt: number;
  /** Clockwise rotation that the document asks for: 0, 90, 180 or 270. */
  rotation: number;
  /** The text layer as the PDF engine extracts it; empty for images. */
  text: string;
  /** `text` as Markdown, where it was asked for; of images there is none. */
  markdown?: PageMarkdown | undefined;
  /** Characters of `text` that are not white space, as Unicode code points. */
  characters: number;
  /** Share of the page area that images cover, 0 to 1; overlaps count once, at least approximately. */
  imageCoverage: number;
  /** Line and curve segments that are visibly drawn; not counted on a page of much text without pictures. */
  pathSegments: number | undefined;
  /** Whether anything visible is drawn on the page: image, path, shading or visible text; much text counts as visible. */
  drawn: boolean;
  /** Characters of the text layer that nobody sees: without ink or opacity, of the colour of their ground, too small, or painted over. */
  hiddenCharacters: number;
  /** Letters that pictures and line art draw and no text accounts for, about; `undefined` where a picture is too large to be looked at. */
  unreadLetters: number | undefined;
  /** Characters of `text` that are only numbers of glyphs, because a font does not say which characters they are. */
  unmapped: string;
  /** Files that are attached to places on the page. */
  attachedFiles: number;
  /** The content breaks off: what stood behind that is lost, in the text and in the picture. */
  isCut?: boolean | undefined;
  /** What is to be said of the text layer. */
  warnings: string[];
}

export interface RenderOptions {
  /** Pixels of the longer side. */
  longestSidePx: number;
  /** Additional clockwise turn: 0, 90, 180 or 270. */
  turnDegrees: number;
}

/** A page that is to be read in pieces, and one of them. */
export interface TileOptions {
  plan: Pick<TilePlan, "cellsWide" | "cellsHigh" | "pageLongestPx">;
  tile: Tile;
  /** As the plan was made. */
  turnDegrees: number;
}

export interface PlanTilesOptions extends RenderOptions {
  maxTiles: number;
}

export interface RenderedPage {
  png: Uint8Array;
  widthPx: number;
  heightPx: number;
  /** What of the page could not be drawn, as sentences. */
  warnings?: string[] | undefined;
  /** Share of pixels clearly darker or more coloured than the page's background, 0 to 1. */
  ink: number;
}

/**
 * An opened document. Its bytes stand in one file, which is gone when the document is closed.
 * Every method rejects with a `SidecarError`, or with the signal's reason when that is aborted.
 */
export interface OpenDocument {
  readonly kind: DocumentKind;
  readonly pageCount: number;
  /** What is to be said of the document as a whole. */
  readonly warnings: readonly string[];
  readonly sizeBytes: number;
  /** Lower-case hexadecimal SHA-256 of the bytes. */
  readonly sha256: string;
  /**
   * Facts and text layers of these 1-based pages, in the order asked for; without a format, plain.
   *
   * @param onFault is told which pages the engine refuses, and why; the others are answered. Without it, and where a page
   *   breaks the engine, the first fault rejects.
   */
  readPages(
    pages: readonly number[],
    signal: AbortSignal,
    format?: TextLayerFormat,
    onFault?: (page: number, fault: SidecarError) => void,
  ): Promise<PageFacts[]>;
  /** A page as PNG, colour, white background, document rotation applied. */
  render(page: number, options: RenderOptions, signal: AbortSignal): Promise<RenderedPage>;
  /** How a page is to be read in pieces; undefined where one picture of `longestSidePx` shows it well enough. */
  planTiles(page: number, options: PlanTilesOptions, signal: AbortSignal): Promise<TilePlan | undefined>;
  /** A piece of a page as PNG; what belongs to its neighbours has the colour of the ground. */
  renderTile(page: number, options: TileOptions, signal: AbortSignal): Promise<RenderedPage>;
  close(): void;
}

/** The processes that open documents. Nothing else in the service touches the PDF engine. */
export interface PdfPool {
  /**
   * Opens a document, and closes its file when that fails or when the document is closed; throws `document_damaged`,
   * `document_encrypted`, `document_refused`, `unsupported_file_type` or `too_many_pages`.
   */
  open(file: DocumentFile, kind: DocumentKind, signal: AbortSignal): Promise<OpenDocument>;
  status(): SlotsStatus;
  close(): Promise<void>;
}
