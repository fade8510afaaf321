import type { ErrorCode } from "../errors.ts";
import type { PagePicture } from "../ocr/page-picture.ts";
import type { DocumentResult, PageResult } from "../ocr/page-result.ts";
import type { Listener } from "../ocr/read-document.ts";
import type { OcrRequest, PageErrorMode } from "../ocr/request.ts";
import type { DocumentKind, OpenDocument, TextLayerFormat } from "../pdf/document.ts";
import type { DocumentFile } from "../pdf/files/document-file.ts";
import type { Spool } from "../pdf/files/spool.ts";
import type { Embedder } from "../retrieval/embedder.ts";
import type { Reranker } from "../retrieval/reranker.ts";
import type { KeyRing } from "./access/key-ring.ts";
import type { ActivityAnswer } from "./answers/activity-answer.ts";
import type { Outgoing } from "./answers/outgoing.ts";
import type { RequestRecord } from "./answers/request-record.ts";
import type { ByteBudget } from "./intake/byte-budget.ts";
import type { InFlight } from "./intake/in-flight.ts";

/** The residency decisions of one moment. */
export interface ResidencyPicture {
  /** What would happen to the OCR model if the queue ran empty now. */
  ocr: { keepAliveSeconds: number; reason: string };
  /** Where retrieval would run now. */
  retrieval: { device: "cuda" | "cpu"; reason: string };
}

export type ComponentState = "ready" | "loading" | "failed";

export interface Component {
  state: ComponentState;
  /** What is wrong, or what a person may want to know. */
  reason?: string;
  version?: string;
}

export type ReadinessTarget = "ocr" | "retrieval" | "all";

export interface Readiness {
  ready: boolean;
  components: Record<string, Component>;
}

export type AccessPolicy =
  | { mode: "api-key"; keys: KeyRing }
  | { mode: "network"; allowed: readonly string[]; refused: readonly string[] };

export interface Limits {
  maxUploadBytes: number;
  /** Milliseconds for a whole request body. */
  bodyTimeoutMs: number;
  /** Seconds a connection may stay silent on which nothing is done. */
  idleTimeoutSeconds: number;
  maxSystemPromptChars: number;
  /** `maxPages` of a request that names none; 0 = all. The longest document that is taken is `pdf`'s to know. */
  defaultMaxPages: number;
  onPageError: PageErrorMode;
  textLayerFormat: TextLayerFormat;
  /** Texts in one `/embed`. */
  maxTexts: number;
  /** Milliseconds for one document; 0 = no limit. */
  documentTimeoutMs: number;
}

/** What the hall counts, and where the counts are read. */
export interface MetricsPort {
  request(record: RequestRecord): void;
  /** The decision that a request's headers told. */
  decision(reason: string, moment: "request"): void;
  /** A page that came, read or skipped. */
  page(page: PageResult): void;
  /** A text layer that was answered as plain lines, because Markdown could not be made of it. */
  plainLayer(): void;
  /** The page that made its document fail. */
  pageFailed(code: ErrorCode): void;
  /** The text format of Prometheus. */
  text(): Promise<{ contentType: string; body: string }>;
}

/** Everything the hall needs to answer; made in one place and handed in. */
export interface Services {
  access: AccessPolicy;
  /** Names by which callers reach the service, lower case. */
  hosts: ReadonlySet<string>;
  limits: Limits;
  /** Where documents lie while they are received and read. */
  spool: Spool;
  /** Bytes of JSON bodies of requests that are not answered yet. */
  jsonIntake: ByteBudget;
  /** Answers with documents, until their readers have taken them. */
  outgoing: Outgoing;
  createRequestId(): string;
  health(): { engine: string; ocrModel: string; ollamaUrl: string; version: string; uptimeSeconds: number };
  readiness(target: ReadinessTarget): Promise<Readiness>;
  residency(signal: AbortSignal): Promise<ResidencyPicture>;
  /** The decisions that follow from the last reading of the VRAM, without a new one. */
  lastResidency(): ResidencyPicture;
  /** The VRAM picture per source, with the decisions that follow from it. */
  residencyReport(signal: AbortSignal): Promise<Record<string, unknown>>;
  /** The last minutes; waits for nobody. */
  activity(): Promise<ActivityAnswer>;
  /** Copies a file below the upload base into the spool; the copy is the caller's to close. */
  receiveStored(path: string, signal: AbortSignal): Promise<DocumentFile>;
  /** Takes the file over: it is closed with the document, or when that cannot be opened. */
  openDocument(file: DocumentFile, kind: DocumentKind, signal: AbortSignal): Promise<OpenDocument>;
  readDocument(
    document: OpenDocument,
    request: OcrRequest,
    signal: AbortSignal,
    listener: Listener,
  ): Promise<DocumentResult>;
  /**
   * What an engine sees of a page; the document stays the caller's.
   *
   * @param wanted `upright` left out: as the service reads
   */
  drawPage(
    document: OpenDocument,
    wanted: { page: number; tile?: number | undefined; upright?: boolean | undefined },
    signal: AbortSignal,
  ): Promise<PagePicture>;
  inFlight: InFlight;
  metrics: MetricsPort;
  /** Told of every request, beside the metrics. */
  requestEnded(record: RequestRecord): void;
  retrieval: {
    embedder: Pick<Embedder, "embed">;
    reranker: Pick<Reranker, "rerank">;
    /** As configured, for answers that name a model. */
    embedModel: string;
    rerankModel: string;
  };
  /** Aborted when no new work is taken any more. */
  draining: AbortSignal;
  /** Aborted when running work is given up. */
  stopping: AbortSignal;
}
