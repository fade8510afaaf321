import { resolve } from "node:path";
import type { BatchOptions } from "../client/batch-job.ts";
import { parameterNames } from "../client/sampling-parameters.ts";
import { integer, oneOf, parseParams } from "./option-values.ts";
import { help, parse, refuseArguments } from "./options.ts";
import { UsageError } from "./usage.ts";

/** Which queue; the address of its Redis is in the environment, because a password may stand in it. */
export interface QueueName {
  queue: string;
  prefix: string;
}

export interface BatchAddCommand extends QueueName {
  name: "batch-add";
  inputs: readonly string[];
  /** The shared folder. */
  root: string;
  options: BatchOptions;
  /** Those that ended are added again. */
  again: boolean;
  systemPromptFile: string | undefined;
}

export interface BatchWorkCommand extends QueueName {
  name: "batch-work";
  /** Of the service; absent: the one of the environment. */
  url: string | undefined;
  root: string;
  out: string;
  parallel: number;
  takeoverSeconds: number;
  stopSeconds: number;
  untilDone: boolean;
}

/** A command about a batch in a queue. */
export type BatchCommand =
  | BatchAddCommand
  | BatchWorkCommand
  | ({ name: "batch-status"; watch: boolean; json: boolean } & QueueName)
  | ({ name: "batch-failures"; code: string | undefined; json: boolean } & QueueName)
  | ({ name: "batch-retry"; code: string | undefined } & QueueName);

const text = { type: "string" } as const;
const flag = { type: "boolean" } as const;
const queueOptions = { help, queue: text, prefix: text };
const maxParallel = 64;

/** The command behind the words after `batch`; undefined when its help is asked for. @throws UsageError */
export function parseBatch(args: readonly string[]): BatchCommand | undefined {
  const [name, ...rest] = args;
  switch (name) {
    case "add":
      return parseAdd(rest);
    case "work":
      return parseWork(rest);
    case "status": {
      const { values, positionals } = parse(rest, { ...queueOptions, watch: flag, json: flag });
      refuseArguments(positionals);
      const { watch = false, json = false } = values;
      return values.help ? undefined : { name: "batch-status", watch, json, ...queueName(values) };
    }
    case "failures": {
      const { values, positionals } = parse(rest, { ...queueOptions, code: text, json: flag });
      refuseArguments(positionals);
      const { code, json = false } = values;
      return values.help ? undefined : { name: "batch-failures", code, json, ...queueName(values) };
    }
    case "retry": {
      const { values, positionals } = parse(rest, { ...queueOptions, code: text });
      refuseArguments(positionals);
      return values.help ? undefined : { name: "batch-retry", code: values.code, ...queueName(values) };
    }
    case "--help":
    case "-h":
      return undefined;
    default:
      throw new UsageError("batch is followed by add, work, status, failures or retry.");
  }
}

function parseAdd(args: string[]): BatchAddCommand | undefined {
  const { values, positionals } = parse(args, {
    ...queueOptions,
    root: text,
    option: { type: "string", multiple: true },
    "system-prompt": text,
    again: flag,
  });
  if (values.help) return undefined;
  if (positionals.length === 0) throw new UsageError("Name at least one file or folder.");
  return {
    name: "batch-add",
    inputs: positionals,
    root: folder("--root", "the folder that all workers share", values.root),
    options: batchOptions(values.option ?? []),
    again: values.again ?? false,
    systemPromptFile: values["system-prompt"],
    ...queueName(values),
  };
}

function parseWork(args: string[]): BatchWorkCommand | undefined {
  const { values, positionals } = parse(args, {
    ...queueOptions,
    ...{ url: text, root: text, out: text, parallel: text, "takeover-seconds": text, "stop-seconds": text },
    "until-done": flag,
  });
  if (values.help) return undefined;
  refuseArguments(positionals);
  return {
    name: "batch-work",
    url: values.url,
    root: folder("--root", "the folder that all workers share", values.root),
    out: folder("--out", "the folder for the texts", values.out),
    parallel: integer("--parallel", values.parallel ?? "2", 1, maxParallel),
    takeoverSeconds: integer("--takeover-seconds", values["takeover-seconds"] ?? "120", 2, 3600),
    stopSeconds: integer("--stop-seconds", values["stop-seconds"] ?? "5", 0, 86_400),
    untilDone: values["until-done"] ?? false,
    ...queueName(values),
  };
}

function queueName({ queue = "ocr-documents", prefix = "bull" }: { queue?: string; prefix?: string }): QueueName {
  // Redis itself takes anything; BullMQ refuses a colon in a queue's name, and both stand in keys that people read.
  if (!/^[\w.-]{1,100}$/.test(queue)) throw new UsageError("--queue must be a name of letters, digits, . _ and -.");
  if (!/^[\w.:{}-]{1,100}$/.test(prefix)) throw new UsageError("--prefix must be of letters, digits and . _ - : { }.");
  return { queue, prefix };
}

function folder(option: string, what: string, path: string | undefined): string {
  if (path === undefined || path === "") throw new UsageError(`Name ${what} with ${option}.`);
  return resolve(path);
}

const optionNames = ["engine", "pages", "maxPages", "onPageError", "textLayerFormat", "dmsTags"] as const;

/**
 * The options of `--option NAME=VALUE`: the fields of `POST /ocr-upload`, and the names of sampling parameters.
 *
 * @throws UsageError
 */
export function batchOptions(assignments: readonly string[]): BatchOptions {
  const options: BatchOptions = {};
  const parameters: string[] = [];
  for (const assignment of assignments) {
    const [name = "", ...rest] = assignment.split("=");
    const value = rest.join("=");
    if (rest.length === 0 || value === "") throw new UsageError(`--option ${assignment}: write it as NAME=VALUE.`);
    switch (name) {
      case "engine":
      case "pages":
        options[name] = value;
        break;
      case "maxPages":
        options.maxPages = integer("--option maxPages", value, 0, Number.MAX_SAFE_INTEGER);
        break;
      case "onPageError":
        options.onPageError = oneOf("--option onPageError", value, ["fail", "skip"]);
        break;
      case "textLayerFormat":
        options.textLayerFormat = oneOf("--option textLayerFormat", value, ["markdown", "plain"]);
        break;
      case "dmsTags":
        options.dmsTags = value.split(",").map((tag) => tag.trim());
        break;
      default:
        if (!parameterNames.some((known) => known === name)) {
          const names = [...optionNames, ...parameterNames].join(", ");
          throw new UsageError(`--option ${name}: must be one of ${names}.`);
        }
        parameters.push(assignment);
    }
  }
  if (parameters.length > 0) options.runtimeParams = parametersOf(parameters);
  return options;
}

function parametersOf(assignments: readonly string[]): NonNullable<BatchOptions["runtimeParams"]> {
  const held = Object.entries(parseParams(assignments)).filter(([, value]) => typeof value === "number");
  return Object.fromEntries(held);
}
