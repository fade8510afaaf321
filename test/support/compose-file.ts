import { resolve } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { repository } from "./tracked-files.ts";

/** The parts of the Compose specification that the repository's files use; an unknown or misspelt key is an error. */
const text = z.string().min(1);
const environment = z.record(text, z.string());
const service = z.strictObject({
  container_name: text.optional(),
  image: text,
  build: z.strictObject({ context: z.enum([".", "../.."]), target: text }).optional(),
  /** None: it starts with whatever is started. */
  profiles: z.array(text).min(1).optional(),
  restart: z.enum(["unless-stopped", "no"]),
  init: z.boolean().optional(),
  stop_grace_period: z.stringFormat("seconds", /^\d+s$/).optional(),
  command: z.array(text).optional(),
  user: text.optional(),
  read_only: z.boolean().optional(),
  tmpfs: z.array(text).optional(),
  cap_drop: z.array(text),
  security_opt: z.array(text),
  mem_limit: text.optional(),
  memswap_limit: text.optional(),
  cpus: text.optional(),
  pids_limit: z.int().positive().optional(),
  logging: z.strictObject({
    driver: z.literal("json-file"),
    options: z.strictObject({ "max-size": text, "max-file": text }),
  }),
  environment: environment.optional(),
  env_file: z.array(text).optional(),
  ports: z.array(text).optional(),
  expose: z.array(text).optional(),
  networks: z.union([z.array(text), z.record(text, z.strictObject({ aliases: z.array(text) }))]),
  extra_hosts: z.array(text).optional(),
  volumes: z.array(text),
  depends_on: z.record(text, z.strictObject({ condition: z.literal("service_healthy") })).optional(),
  healthcheck: z
    .strictObject({
      test: z.tuple([z.literal("CMD")], text),
      interval: text,
      timeout: text,
      start_period: text,
      retries: z.int().positive(),
    })
    .optional(),
  deploy: z
    .strictObject({
      resources: z.strictObject({
        reservations: z.strictObject({
          devices: z.array(
            z.strictObject({
              driver: z.literal("nvidia"),
              count: z.literal("all").optional(),
              device_ids: z.array(text).optional(),
              capabilities: z.array(text),
            }),
          ),
        }),
      }),
    })
    .optional(),
});
const composeFile = z.strictObject({
  name: text,
  services: z.record(text, service),
  networks: z.record(text, z.strictObject({ name: text })),
  volumes: z.record(text, z.null()),
});

export type ComposeService = z.infer<typeof service>;
export type ComposeFile = z.infer<typeof composeFile>;

/** Variables of the shell and of `.env`. */
export type Variables = Readonly<Record<string, string>>;

const mainFile = "docker-compose.yml";
const sources: Readonly<Record<ComposePath, string>> = {
  [mainFile]: await Bun.file(resolve(repository, mainFile)).text(),
  "deploy/scale/docker-compose.yml": await Bun.file(resolve(repository, "deploy/scale/docker-compose.yml")).text(),
};

/** A file of the repository that Compose reads. */
export type ComposePath = "docker-compose.yml" | "deploy/scale/docker-compose.yml";

/** Names of all variables that the main file reads. */
export const referenced: ReadonlySet<string> = new Set(
  [...sources[mainFile].matchAll(/\$\{(\w+)/g)].map((match) => match[1] ?? ""),
);

/**
 * Replaces variables as Compose does: `:-` takes the default for an unset or empty one, `-` only for an unset one.
 *
 * @throws Error for a reference without a default, or one that this does not understand
 */
export function interpolate(value: string, variables: Variables): string {
  const result = value.replaceAll(/\$\{(\w+)(:?-)([^}]*)\}/g, (_all, name: string, mode: string, fallback: string) => {
    const given = variables[name];
    return given === undefined || (given === "" && mode === ":-") ? fallback : given;
  });
  if (result.includes("${")) throw new Error(`A variable without a default: ${value}`);
  return result;
}

/**
 * The whole file as Compose resolves it with these variables, the extension fields left out.
 *
 * @throws Error for a published port without a target, in whichever service, as Compose does
 */
export function readComposeFile(variables: Variables = {}, path: ComposePath = mainFile): ComposeFile {
  const file = z.record(z.string(), z.unknown()).parse(parse(sources[path], { merge: true }));
  const kept = Object.fromEntries(Object.entries(file).filter(([key]) => !key.startsWith("x-")));
  const resolved = composeFile.parse(withVariables(kept, variables));
  for (const { ports = [] } of Object.values(resolved.services))
    for (const port of ports) if (Number(port.split(":").at(-1)) === 0) throw new Error("missing a target port");
  return resolved;
}

function withVariables(node: unknown, variables: Variables): unknown {
  if (typeof node === "string") return interpolate(node, variables);
  if (Array.isArray(node)) return node.map((item) => withVariables(item, variables));
  if (typeof node !== "object" || node === null) return node;
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, withVariables(value, variables)]));
}

/** What a line of the command line acts on. */
export interface ComposeLine {
  action: string;
  /** By name, those that the action starts or ends. */
  services: Record<string, ComposeService>;
}

const flags = new Set(["-d", "--rm", "-f", "--build", "-it"]);

/**
 * Reads a line as Compose does: the profiles of `--profile`, or else of COMPOSE_PROFILES, enable services beside those
 * without a profile; `*` enables all; a service that is named is enabled with nothing but what it depends on.
 */
export function readComposeLine(line: string, variables: Variables = {}): ComposeLine {
  const words = line.match(/"[^"]*"|\S+/g)?.map((word) => word.replaceAll('"', "")) ?? [];
  if (words.splice(0, 2).join(" ") !== "docker compose") throw new Error(`Not a line of Compose: ${line}`);
  const profiles: string[] = [];
  while (words[0] === "--profile") profiles.push(...words.splice(0, 2).slice(1));
  const chosen = profiles.length > 0 ? profiles : (variables.COMPOSE_PROFILES ?? "").split(",");
  const [action = "", ...rest] = words;
  const { services } = readComposeFile(variables);
  const named: string[] = [];
  for (const word of rest) {
    if (flags.has(word)) continue;
    if (!(word in services)) break;
    named.push(word);
    if (action === "run" || action === "exec") break;
  }
  const isEnabled = (name: string, { profiles: own }: ComposeService) =>
    named.length > 0
      ? named.includes(name)
      : own === undefined || own.some((profile) => chosen.includes(profile) || chosen.includes("*"));
  const enabled = Object.entries(services).filter(([name, definition]) => isEnabled(name, definition));
  if (enabled.length === 0) throw new Error("no service selected");
  return { action, services: Object.fromEntries(enabled) };
}
