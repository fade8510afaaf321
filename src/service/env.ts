import { availableParallelism } from "node:os";
import { z } from "zod";
import { type Env, envSchema, sections } from "./env-schema.ts";

/** Variables whose value must never be printed, not even when it is wrong. */
const secrets: ReadonlySet<string> = new Set(["OCR_SIDECAR_API_KEY", "OLLAMA_API_URL"]);

export type EnvResult = { ok: true; env: Env } | { ok: false; problems: string[] };

/**
 * Checks the whole environment at once. An empty or blank value counts as unset, because compose passes
 * `${NAME:-}`. Every problem is a sentence with the variable's name, what it holds and what it should hold.
 */
export function parseEnv(source: Readonly<Record<string, string | undefined>>): EnvResult {
  const given = givenOf(source, Object.keys(envSchema.shape));
  const parsed = envSchema.safeParse(given);
  const problems = parsed.success ? [] : describeIssues(parsed.error, given);
  const missingKey = describeMissingKey(given);
  if (missingKey !== undefined) problems.push(missingKey);
  if (parsed.success && parsed.data.OCR_SPOOL_MAX_MB < parsed.data.MAX_UPLOAD_MB) {
    problems.push(describeSmallSpool(parsed.data));
  }
  return parsed.success && problems.length === 0 ? { ok: true, env: parsed.data } : { ok: false, problems };
}

const givenOf = (source: Readonly<Record<string, string | undefined>>, names: readonly string[]) =>
  Object.fromEntries(
    names.map((name) => [name, source[name]?.trim()]).filter(([, value]) => value !== undefined && value !== ""),
  );

/** Reads the environment of this process; the only place that does. */
export const readProcessEnv = (): EnvResult => parseEnv(process.env);

const passedToChildren = /^(PATH|HOME|TMPDIR|LANG|TZ|LD_LIBRARY_PATH|CUDA_\w+|NVIDIA_\w+|MALLOC_\w+)$/;

/** What an inference process needs of the environment: where libraries and cards are, and no secret. */
export function childEnvironment(source: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(source).flatMap(([name, value]) =>
      value !== undefined && passedToChildren.test(name) ? [[name, value]] : [],
    ),
  );
}

/** The environment that inference processes get from this one. */
export const readChildEnvironment = (): Record<string, string> => childEnvironment(process.env);

/**
 * How many threads Bun has for files: as many as there are cores unless a variable says otherwise, and two at least (1.4.5,
 * measured with files that no open ends of).
 */
export function fileThreads(source: Readonly<Record<string, string | undefined>>, cores: number): number {
  const named = [source.UV_THREADPOOL_SIZE, source.GOMAXPROCS].find((value) => /^\s*\d{1,4}\s*$/.test(value ?? ""));
  return Math.min(1024, Math.max(2, Number(named ?? cores)));
}

/** The threads for files of this process. */
export const readFileThreads = (): number => fileThreads(process.env, availableParallelism());

/** What the command line takes from the environment. */
export interface CliEnv {
  /** A running service; without one the command line starts its own. */
  url: string | undefined;
  /** The first of the keys, for the process environment of the service itself may hold several. */
  apiKey: string | undefined;
  apiKeyFile: string | undefined;
  ollamaUrl: string | undefined;
  /** The Redis of batches; may hold a password. */
  redisUrl: string | undefined;
  /** The words before a command's name, for messages. */
  command: string;
}

/** Reads the few variables of the command line; blank means unset, as for the service. */
export function parseCliEnv(source: Readonly<Record<string, string | undefined>>): CliEnv {
  const given = (name: string) => source[name]?.trim() || undefined;
  return {
    url: given("OCR_SIDECAR_URL"),
    // As the service takes them: separated by commas, of which some may stand beside nothing.
    apiKey: given("OCR_SIDECAR_API_KEY")
      ?.split(",")
      .map((key) => key.trim())
      .find((key) => key !== ""),
    apiKeyFile: given("OCR_SIDECAR_API_KEY_FILE"),
    ollamaUrl: given("OLLAMA_API_URL"),
    redisUrl: given("REDIS_URL"),
    command: envSchema.shape.OCR_SIDECAR_COMMAND.parse(given("OCR_SIDECAR_COMMAND")),
  };
}

/** Reads the command line's part of the environment of this process. */
export const readCliEnv = (): CliEnv => parseCliEnv(process.env);

const { OCR_EMBEDDED_MODEL } = sections["OCR model"];
const retrievalSchema = z.object({ ...sections.Retrieval, OCR_EMBEDDED_MODEL });

/** The retrieval part of the environment, and whatever else names files below MODEL_DIR. */
export type RetrievalEnv = z.output<typeof retrievalSchema>;

/** Reads the retrieval part alone: models are prepared without a key. */
export function readRetrievalEnv(): { ok: true; env: RetrievalEnv } | { ok: false; problems: string[] } {
  const given = givenOf(process.env, Object.keys(retrievalSchema.shape));
  const parsed = retrievalSchema.safeParse(given);
  return parsed.success ? { ok: true, env: parsed.data } : { ok: false, problems: describeIssues(parsed.error, given) };
}

/** A service for one command: on loopback only, on a port that the system chooses, with a key that nobody else has. */
export const readInProcessEnv = (key: string): EnvResult =>
  parseEnv({
    ...process.env,
    OCR_SIDECAR_AUTH: "api-key",
    OCR_SIDECAR_API_KEY: key,
    OCR_SIDECAR_API_KEY_FILE: "",
    OCR_HOST: "127.0.0.1",
    OCR_PORT: "0",
  });

function describeIssues(error: z.ZodError, given: Readonly<Record<string, string | undefined>>): string[] {
  const names = new Set(error.issues.map((issue) => String(issue.path[0])));
  return [...names].map((name) => {
    const held = secrets.has(name) ? "a value that cannot be used (not shown)" : JSON.stringify(given[name]);
    return `${name} holds ${held}; it should hold ${expectedOf(name)}.`;
  });
}

function expectedOf(name: string): string {
  const schema = Object.entries(envSchema.shape).find(([variable]) => variable === name)?.[1];
  const expected = schema?.meta()?.expected;
  return typeof expected === "string" ? expected : "something else";
}

function describeMissingKey(given: Readonly<Record<string, string | undefined>>): string | undefined {
  if (given.OCR_SIDECAR_AUTH?.toLowerCase() === "network") return undefined;
  if (given.OCR_SIDECAR_API_KEY !== undefined || given.OCR_SIDECAR_API_KEY_FILE !== undefined) return undefined;
  return "OCR_SIDECAR_API_KEY is not set; it should hold one or more keys separated by commas (or name a file with them in OCR_SIDECAR_API_KEY_FILE, or choose OCR_SIDECAR_AUTH=network).";
}

const describeSmallSpool = ({ OCR_SPOOL_MAX_MB: spoolMb, MAX_UPLOAD_MB: uploadMb }: Env) =>
  `OCR_SPOOL_MAX_MB holds ${spoolMb}; it should hold at least MAX_UPLOAD_MB, which is ${uploadMb}, or no document of that size could be received.`;
