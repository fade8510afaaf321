import type { RenderedPage } from "../../pdf/document.ts";
import type { EngineName } from "../page-result.ts";
import type { OcrRequest } from "../request.ts";

/** What one engine made of one page. */
export interface PageReading {
  text: string;
  /** Times the page was given to the engine. */
  attempts: number;
  /** The engine stopped before the end of the page. */
  truncated: boolean;
  /** What a person should know about this text, as sentences. */
  warnings: string[];
  /** What a person should know about this one call and nobody else's, as sentences; not kept with the text. */
  notes?: string[];
  /** The page has ink, yet nothing was read; such a reading is not worth keeping. */
  readEmpty: boolean;
}

/** The part of a request that an engine sees. */
export interface EngineRequest extends Pick<OcrRequest, "systemPrompt" | "dmsTags" | "options"> {
  /** No tags are asked for, the default ones included: the picture is a piece of a page that holds none. */
  withoutTags?: boolean;
}

/** Hears the next piece of what an engine writes. Attempts count from 1; each writes the page anew. */
export type OnPiece = (attempt: number, piece: string) => void;

/** What is told while a picture is read. */
export interface ReadingListener {
  /** The picture is given to the engine. */
  onAttempt?: (() => void) | undefined;
  /** An engine that gives its text in one go tells no pieces. */
  onPiece?: OnPiece | undefined;
}

/** One way to read a picture of a page. */
export interface PageEngine {
  readonly name: EngineName;
  /** Milliseconds that it may still work for callers who have gone, while the next page waits; left out: none. */
  lingeringMs?(): number;
  /** Identifies the version of the engine that would read now, such as the model's digest. */
  version(signal: AbortSignal): Promise<string>;
  /** Everything but the picture that decides the text; equal instructions give equal readings. */
  instructions(request: EngineRequest): string;
  /**
   * Reads one page. Ends within the engine's time for a page, or when the signal is aborted.
   *
   * @throws SidecarError `ocr_failed`, `page_timeout`, or what the outside server answered.
   */
  read(
    page: RenderedPage,
    request: EngineRequest,
    signal: AbortSignal,
    listener?: ReadingListener,
  ): Promise<PageReading>;
}

/** How far a picture of a page must be turned clockwise to stand upright: 0, 90, 180 or 270 degrees. */
export type Orient = (page: RenderedPage, signal: AbortSignal) => Promise<number>;
