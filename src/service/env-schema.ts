import { z } from "zod";
import {
  absolutePath,
  commaSeparated,
  flag,
  numeric,
  oneOf,
  optionalAbsolutePath,
  optionalHttpUrl,
  optionalText,
  text,
} from "./env-types.ts";

const seconds = { min: 0, max: 86_400, integer: false, unit: "seconds" } as const;
const positiveSeconds = { ...seconds, min: 0.1 } as const;
const mebibytes = { min: 0, unit: "MiB" } as const;

/**
 * Every variable the service reads, by section. Names and defaults of the replaced service are kept to the
 * letter; the descriptions become the tables of the README and `.env.example`.
 */
export const sections = {
  Server: {
    OCR_PORT: numeric(8765, { min: 0, max: 65_535 }).describe("TCP port to listen on; 0 lets the system choose"),
    OCR_HOST: text("0.0.0.0", "an address of this machine").describe("address to listen on"),
    SHUTDOWN_GRACE_SECONDS: numeric(45, seconds).describe("time for running work after SIGTERM, then it is aborted"),
    BODY_TIMEOUT_SECONDS: numeric(120, positiveSeconds).describe("time for a whole request body to arrive"),
    IDLE_TIMEOUT_SECONDS: numeric(30, { min: 1, max: 255, unit: "seconds" }).describe(
      "time a connection may stay silent while nothing is done for it",
    ),
    LOG_LEVEL: oneOf(["trace", "debug", "info", "warning", "error"], "info").describe("lowest level that is logged"),
    LOG_FORMAT: oneOf(["auto", "json", "text"], "auto").describe("auto: readable on a terminal, JSON elsewhere"),
    OCR_SIDECAR_COMMAND: text("bun run sidecar", "the beginning of a command line").describe(
      "how the command line is called where the service runs; its messages name commands by it",
    ),
  },
  Access: {
    OCR_SIDECAR_AUTH: oneOf(["api-key", "network"], "api-key").describe(
      "api-key: callers send a key; network: the peer address decides",
    ),
    OCR_SIDECAR_API_KEY: commaSeparated("one or more keys separated by commas").describe(
      "accepted keys; required in api-key mode unless a key file is set",
    ),
    OCR_SIDECAR_API_KEY_FILE: optionalText("the path of a readable file").describe(
      "file with accepted keys, read again when it changes",
    ),
    OCR_SIDECAR_ALLOWED_CIDRS: commaSeparated(
      "networks such as 10.0.0.0/8, separated by commas",
      z.union([z.cidrv4(), z.cidrv6(), z.ipv4(), z.ipv6()]),
    ).describe(
      "peers allowed in network mode; default: loopback and this machine's own subnets without their gateways",
    ),
    OCR_ALLOWED_HOSTS: commaSeparated(
      "host names separated by commas",
      z.string().regex(/^[a-z0-9_](?:[a-z0-9._-]{0,252})$/i),
    ).describe(
      "names by which callers reach the service in network mode, beside localhost, addresses and its own; default: ocr-sidecar,host.docker.internal",
    ),
  },
  Documents: {
    OCR_SIDECAR_UPLOAD_BASE: absolutePath("/mnt/uploads", "an absolute path").describe(
      "the only folder that pdfPath may name files in",
    ),
    MAX_UPLOAD_MB: numeric(50, { min: 1, max: 2048, unit: "MiB" }).describe("largest document"),
    OCR_SPOOL_DIR: optionalAbsolutePath("an absolute path of a folder").describe(
      "where documents lie while they are received and read; default: the system's temporary folder",
    ),
    OCR_SPOOL_MAX_MB: numeric(1024, { ...mebibytes, min: 1 }).describe(
      "disk for all documents that are received and read; at least MAX_UPLOAD_MB",
    ),
    MAX_PAGES_PER_DOCUMENT: numeric(2000, { min: 1, unit: "pages" }).describe("documents with more pages are refused"),
    MAX_PAGE_MEGAPIXELS: numeric(100, { min: 1, unit: "megapixels" }).describe(
      "largest picture that is decoded whole, in megapixels of colour (grey ones may be three times as large, and what can be decoded reduced 16 times)",
    ),
    OCR_MAX_PAGES: numeric(0, { min: 0, unit: "pages" }).describe(
      "pages read when the request names no maxPages; 0 = all",
    ),
    OCR_CHAR_THRESHOLD: numeric(100, { min: 0, unit: "characters" }).describe(
      "a text layer counts when it has more characters than this",
    ),
    OCR_TEXT_LAYER_FORMAT: oneOf(["markdown", "plain"], "markdown").describe(
      "how text layers are answered when the request does not say; plain: lines as the file has them",
    ),
    OCR_TRUST_SCANNER_TEXT: flag(false).describe(
      "believe the invisible text layer that a scanner wrote over its picture",
    ),
    PDF_WORKERS: numeric(0, { min: 0, max: 64, unit: "processes" }).describe(
      "processes that open documents; 0 = one per core, at most 8, fewer where memory is short",
    ),
    PDF_PAGE_TIMEOUT_SECONDS: numeric(30, positiveSeconds).describe(
      "time for one page in a process, then the process is replaced",
    ),
    PDF_WORKER_MAX_MB: numeric(512, { min: 64, unit: "MiB" }).describe(
      "a process whose engine has grown beyond this is replaced; a page that needs twice as much is refused",
    ),
  },
  "OCR model": {
    OLLAMA_API_URL: optionalHttpUrl("an http or https address such as http://127.0.0.1:11434").describe(
      "Ollama; unset: the embedded engine reads the pages",
    ),
    OCR_MODEL: text("np-dms-ocr:latest", "the name of an Ollama model").describe("vision model that reads the pages"),
    OCR_TASK_PROMPT_FILE: optionalText("the path of a readable text file").describe(
      "replaces the built-in instruction to the model",
    ),
    MAX_SYSTEM_PROMPT_LENGTH: numeric(10_000, { min: 1, unit: "characters" }).describe("longest systemPrompt"),
    OCR_TIMEOUT: numeric(360, positiveSeconds).describe(
      "time for one page, or one piece of a large one, model load and all attempts included",
    ),
    OCR_MAX_TILES: numeric(16, { min: 1, max: 256, unit: "pieces" }).describe(
      "pieces that one large page is read in at most; beyond, the resolution gives way",
    ),
    OCR_DOCUMENT_TIMEOUT: numeric(3600, seconds).describe("time for one request; 0 = no limit"),
    OCR_PAGE_ATTEMPTS: numeric(2, { min: 1, max: 10, unit: "attempts" }).describe(
      "readings of one page, or piece of one, at most",
    ),
    OCR_ON_PAGE_ERROR: oneOf(["fail", "skip"], "fail").describe("skip: answer with the pages that could be read"),
    OCR_CONCURRENCY: numeric(1, { min: 1, max: 64, unit: "pages" }).describe(
      "pages at Ollama at once; match OLLAMA_NUM_PARALLEL",
    ),
    OCR_QUEUE_LIMIT: numeric(64, { min: 1, unit: "documents" }).describe(
      "documents admitted and unfinished that need the model",
    ),
    OCR_QUEUE_MAX_MB: numeric(512, { ...mebibytes, min: 1 }).describe("bytes those documents may hold together"),
    OCR_PAGE_CACHE_MB: numeric(64, mebibytes).describe("finished pages kept in memory; 0 = none"),
    OCR_FALLBACK_ENGINE: oneOf(["none", "tesseract"], "none").describe("engine used when Ollama fails"),
    TESSERACT_WORKERS: numeric(0, { min: 0, max: 64, unit: "processes" }).describe(
      "pages the embedded engine reads at once, each by a process of 200 to 470 MB (ended beyond 700 MiB); 0 = the cores less one, at most 4",
    ),
    OCR_EMBEDDED_MODEL: optionalText("a repository and a folder of it, or a folder below MODEL_DIR").describe(
      "line recogniser in PP-OCR's form beside the embedded engine, such as monkt/paddleocr-onnx:languages/thai; unset: none",
    ),
    OCR_AUTO_ROTATE: flag(true).describe("turn scanned pages upright before they are read"),
  },
  "GPU residency": {
    OCR_ACTIVE_PROFILE: optionalText("a profile name").describe(
      "deep-analysis and large-context give the GPU back at once",
    ),
    OCR_RESIDENCY_WINDOW_SECONDS: numeric(120, { min: 0, max: 86_400, unit: "seconds" }).describe(
      "how long the OCR model stays loaded when there is room",
    ),
    OCR_DEFER_SECONDS: numeric(0, seconds).describe(
      "longest wait for room before a cold load that would push out the LLM",
    ),
    VRAM_HEADROOM_THRESHOLD_MB: numeric(3000, { min: 0, unit: "MB" }).describe("less free VRAM than this is pressure"),
    GPU_TOTAL_VRAM_MB: numeric(16_384, { min: 1, unit: "MB" }).describe(
      "size of the card, unless nvidia-smi reports it",
    ),
    GPU_INDEX: numeric(0, { min: 0, max: 64 }).describe("the card, as nvidia-smi counts"),
    GPU_MAIN_MODEL_PRESSURE_THRESHOLD_MB: numeric(7000, { min: 0, unit: "MB" }).describe(
      "more VRAM than this in other models is pressure",
    ),
  },
  Retrieval: {
    EMBED_MODEL: text(
      "Xenova/bge-m3@3fa3a927e7bc973ae751a8add34455b52d915ac0",
      "a repository with a revision, or a folder below MODEL_DIR",
    ).describe("embedding model"),
    EMBED_SPARSE_HEAD: text(
      "BAAI/bge-m3:sparse_linear.pt",
      "a repository and a file, or a file below MODEL_DIR",
    ).describe("lexical weights, where the model file has no sparse output"),
    RERANK_MODEL: text(
      "Xenova/bge-reranker-large",
      "a repository with or without a revision, or a folder below MODEL_DIR",
    ).describe("reranking model"),
    MODEL_DIR: absolutePath("/models", "an absolute path").describe("where model files are"),
    EMBED_DTYPE: oneOf(["fp32", "fp16", "int8"], "fp32").describe("weights of the embedding model"),
    RERANK_DTYPE: oneOf(["fp32", "fp16", "int8"], "fp32").describe("weights of the reranking model"),
    RETRIEVAL_DEVICE: oneOf(["auto", "cpu", "cuda"], "auto").describe("where the models run"),
    RETRIEVAL_TF32: flag(false).describe("faster and less exact on CUDA (TF32)"),
    RETRIEVAL_PRELOAD: flag(true).describe("load the CPU models in the background at start, if they are there"),
    RETRIEVAL_DOWNLOAD: flag(false).describe("fetch missing models without being asked"),
    RETRIEVAL_TIMEOUT_SECONDS: numeric(30, positiveSeconds).describe(
      "longest inference of a request, others' between it not counted; a third of the longest wait for turns",
    ),
    RETRIEVAL_THREADS: numeric(0, { min: 0, max: 256, unit: "threads" }).describe(
      "threads shared by all models; 0 = the container's CPU quota less one",
    ),
    RETRIEVAL_GPU_IDLE_SECONDS: numeric(300, seconds).describe("an unused GPU child is ended after this time"),
    EMBED_MAX_TOKENS: numeric(512, { min: 3, max: 8192, unit: "tokens" }).describe("longer texts are cut"),
    MAX_CLIENT_BATCH: numeric(64, { min: 1, max: 2048, unit: "texts" }).describe("texts in one /embed"),
  },
} as const;

export const envSchema = z.object({
  ...sections.Server,
  ...sections.Access,
  ...sections.Documents,
  ...sections["OCR model"],
  ...sections["GPU residency"],
  ...sections.Retrieval,
});

export type Env = z.output<typeof envSchema>;
