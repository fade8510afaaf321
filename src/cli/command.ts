import { resolve } from "node:path";
import type { OcrFields } from "../client/ocr-request.ts";
import { type BatchCommand, parseBatch } from "./batch-options.ts";
import { httpAddress, integer, oneOf, parseParams } from "./option-values.ts";
import { help, parse, refuseArguments } from "./options.ts";
import { UsageError } from "./usage.ts";

export interface OcrCommand {
  name: "ocr";
  inputs: readonly string[];
  out: string;
  /** Documents at once. */
  parallel: number;
  /** Read again what is finished. */
  force: boolean;
  fields: OcrFields;
  systemPromptFile: string | undefined;
}

export interface RerankCommand {
  name: "rerank";
  query: string;
  /** Empty: the lines of standard input. */
  chunks: readonly string[];
  topK: number | undefined;
  json: boolean;
}

export interface PageImageCommand {
  name: "page-image";
  file: string;
  /** From 1, as the tile. */
  page: number;
  tile: number | undefined;
  /** Absent: as the service reads. */
  upright: boolean | undefined;
  out: string;
}

/** A command that asks a running service. */
export type ClientCommand =
  | OcrCommand
  | PageImageCommand
  /** No texts: the lines of standard input. */
  | { name: "embed"; texts: readonly string[] }
  | RerankCommand
  | { name: "ready"; target: "ocr" | "retrieval" | "all" }
  | { name: "doctor" };

export interface ModelsCommand {
  name: "models";
  /** Compare what is there, and fetch nothing. */
  check: boolean;
  /** Absent: MODEL_DIR. */
  dir: string | undefined;
  /** Absent: the models' public home. */
  hub: string | undefined;
}

export interface CompareReferenceCommand {
  name: "compare-reference";
  dir: string | undefined;
  device: "cpu" | "cuda";
}

export interface RealOllamaCommand {
  name: "real-ollama";
  /** Absent: OLLAMA_API_URL. */
  ollamaUrl: string | undefined;
  model: string;
  /** A picture for the model to read; absent: one that is made. */
  page: string | undefined;
}

/** A command that needs no running service. */
export type LocalCommand =
  | { name: "help" }
  | { name: "serve" }
  | ModelsCommand
  | CompareReferenceCommand
  | RealOllamaCommand
  | BatchCommand;

export type Command = ClientCommand | LocalCommand;

export interface Invocation {
  command: Command;
  /** `--url` of a service. */
  url: string | undefined;
}

const maxParallel = 64;
const url = { type: "string" } as const;
const text = { type: "string" } as const;
const flag = { type: "boolean" } as const;

/** @throws UsageError */
export function parseCommand(args: readonly string[]): Invocation {
  const [name, ...rest] = args;
  switch (name) {
    case "ocr":
      return parseOcr(rest);
    case "page-image":
      return parsePageImage(rest);
    case "embed": {
      const { values, positionals } = parse(rest, { url, help });
      return invocation(values, { name, texts: positionals });
    }
    case "rerank":
      return parseRerank(rest);
    case "ready": {
      const { values, positionals } = parse(rest, { url, help, for: { type: "string" } });
      refuseArguments(positionals);
      return invocation(values, { name, target: oneOf("--for", values.for ?? "ocr", ["ocr", "retrieval", "all"]) });
    }
    case "doctor": {
      const { values, positionals } = parse(rest, { url, help });
      refuseArguments(positionals);
      return invocation(values, { name });
    }
    case "serve": {
      const { values, positionals } = parse(rest, { help });
      refuseArguments(positionals);
      return invocation(values, { name });
    }
    case "models": {
      const { values, positionals } = parse(rest, { help, check: flag, dir: text, hub: text });
      refuseArguments(positionals);
      const hub = values.hub === undefined ? undefined : httpAddress("--hub", values.hub);
      return invocation(values, { name, check: values.check ?? false, dir: folder(values.dir), hub });
    }
    case "compare-reference": {
      const { values, positionals } = parse(rest, { help, dir: text, device: text });
      refuseArguments(positionals);
      const device = oneOf("--device", values.device ?? "cpu", ["cpu", "cuda"]);
      return invocation(values, { name, dir: folder(values.dir), device });
    }
    case "real-ollama": {
      const { values, positionals } = parse(rest, { help, url, model: text, page: text });
      refuseArguments(positionals);
      const { model = "np-dms-ocr", page } = values;
      const ollamaUrl = values.url === undefined ? undefined : httpAddress("--url", values.url);
      return { ...invocation(values, { name, ollamaUrl, model, page }), url: undefined };
    }
    case "batch":
      return { command: parseBatch(rest) ?? { name: "help" }, url: undefined };
    case "help":
    case "--help":
    case "-h":
      return { command: { name: "help" }, url: undefined };
    default:
      throw new UsageError(name === undefined ? "Name a command." : `There is no command ${name}.`);
  }
}

function parseOcr(args: string[]): Invocation {
  const { values, positionals } = parse(args, {
    url,
    help,
    out: { type: "string", short: "o" },
    parallel: { type: "string" },
    force: { type: "boolean" },
    engine: { type: "string" },
    pages: { type: "string" },
    "max-pages": { type: "string" },
    "on-page-error": { type: "string" },
    "text-layer-format": { type: "string" },
    "system-prompt": { type: "string" },
    tags: { type: "string" },
    param: { type: "string", multiple: true },
  });
  if (values.help) return invocation(values, { name: "help" });
  if (positionals.length === 0) throw new UsageError("Name at least one file or folder.");
  if (values.out === undefined || values.out === "") throw new UsageError("Name the folder for the texts with --out.");
  const maxPages = values["max-pages"];
  const pageErrors = values["on-page-error"];
  const format = values["text-layer-format"];
  const tags = values.tags?.split(",").map((tag) => tag.trim());
  const fields: OcrFields = {
    engine: values.engine,
    pages: values.pages,
    maxPages: maxPages === undefined ? undefined : integer("--max-pages", maxPages, 0, Number.MAX_SAFE_INTEGER),
    onPageError: pageErrors === undefined ? undefined : oneOf("--on-page-error", pageErrors, ["fail", "skip"]),
    textLayerFormat: format === undefined ? undefined : oneOf("--text-layer-format", format, ["markdown", "plain"]),
    dmsTags: tags?.filter((tag) => tag !== ""),
    runtimeParams: values.param === undefined ? undefined : parseParams(values.param),
  };
  return invocation(values, {
    name: "ocr",
    inputs: positionals,
    out: values.out,
    parallel: integer("--parallel", values.parallel ?? "2", 1, maxParallel),
    force: values.force ?? false,
    fields: Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)),
    systemPromptFile: values["system-prompt"],
  });
}

function parsePageImage(args: string[]): Invocation {
  const { values, positionals } = parse(args, {
    ...{ url, help, page: text, tile: text },
    "as-it-lies": flag,
    out: { type: "string", short: "o" },
  });
  if (values.help) return invocation(values, { name: "help" });
  const [file, ...others] = positionals;
  if (file === undefined || others.length > 0) throw new UsageError("Name one file.");
  if (values.out === undefined || values.out === "") throw new UsageError("Name the picture with --out.");
  const { page = "1", tile } = values;
  return invocation(values, {
    name: "page-image",
    file,
    page: integer("--page", page, 1, Number.MAX_SAFE_INTEGER),
    tile: tile === undefined ? undefined : integer("--tile", tile, 1, Number.MAX_SAFE_INTEGER),
    upright: values["as-it-lies"] ? false : undefined,
    out: values.out,
  });
}

function parseRerank(args: string[]): Invocation {
  const { values, positionals } = parse(args, {
    url,
    help,
    query: { type: "string", short: "q" },
    top: { type: "string" },
    json: { type: "boolean" },
  });
  if (values.help) return invocation(values, { name: "help" });
  if (values.query === undefined || values.query.trim() === "") throw new UsageError("Name the question with --query.");
  const topK = values.top === undefined ? undefined : integer("--top", values.top, 1, Number.MAX_SAFE_INTEGER);
  const json = values.json ?? false;
  return invocation(values, { name: "rerank", query: values.query, chunks: positionals, topK, json });
}

const invocation = (
  values: { url?: string | undefined; help?: boolean | undefined },
  command: Command,
): Invocation => ({
  command: values.help ? { name: "help" } : command,
  url: values.url,
});

function folder(path: string | undefined): string | undefined {
  if (path === "") throw new UsageError("--dir must name a folder.");
  return path === undefined ? undefined : resolve(path);
}
