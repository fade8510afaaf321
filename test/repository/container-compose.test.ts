import { describe, expect, test } from "bun:test";
import { resolve } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { parseEnv } from "../../src/service/env.ts";
import { envSchema } from "../../src/service/env-schema.ts";
import { parseDockerfile } from "../support/dockerfile.ts";
import { repository } from "../support/tracked-files.ts";

const textOf = (path: string) => Bun.file(resolve(repository, path)).text();
const source = await textOf("docker-compose.yml");

/** The parts of the Compose specification that this file uses; an unknown or misspelt key is an error. */
const text = z.string().min(1);
const service = z.strictObject({
  image: text,
  build: z.strictObject({ context: z.literal("."), target: text }).optional(),
  profiles: z.array(text).optional(),
  restart: z.enum(["unless-stopped", "no"]),
  init: z.boolean().optional(),
  stop_grace_period: z.stringFormat("seconds", /^\d+s$/).optional(),
  command: z.array(text).optional(),
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
  environment: z.record(text, z.string()).optional(),
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
            z.strictObject({ driver: z.literal("nvidia"), count: z.literal("all"), capabilities: z.array(text) }),
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

const { services, networks, volumes } = composeFile.parse(withoutExtensions(parse(source, { merge: true })));
const ours = Object.entries(services)
  .filter(([name]) => name.startsWith("sidecar"))
  .map(([name, definition]) => ({ name, ...definition }));
const networkMode = ours.filter(({ environment }) => environment?.OCR_SIDECAR_AUTH === "network");

function withoutExtensions(file: unknown): Record<string, unknown> {
  const entries = Object.entries(z.record(z.string(), z.unknown()).parse(file));
  return Object.fromEntries(entries.filter(([key]) => !key.startsWith("x-")));
}

/** Replaces `${NAME:-default}` as Compose does; a reference without a default is an error. */
function interpolate(value: string, variables: Readonly<Record<string, string>> = {}): string {
  const result = value.replaceAll(
    /\$\{(\w+):-([^}]*)\}/g,
    (_all, name: string, fallback: string) => variables[name] || fallback,
  );
  if (result.includes("$")) throw new Error(`A variable without a default: ${value}`);
  return result;
}

const environmentOf = (definition: z.infer<typeof service>, variables: Readonly<Record<string, string>> = {}) =>
  Object.fromEntries(
    Object.entries(definition.environment ?? {}).map(([name, value]) => [name, interpolate(value, variables)]),
  );

describe("the compose file", () => {
  test("has a service for each mode, with and without the card", () => {
    expect(ours.map(({ name }) => name).sort()).toEqual([
      "sidecar",
      "sidecar-gpu",
      "sidecar-gpu-network",
      "sidecar-network",
    ]);
    const started = Object.entries(services).filter(([, { profiles }]) => profiles === undefined);
    expect(started.map(([name]) => name)).toEqual(["sidecar"]);
  });

  test.each(ours)("$name is hardened", (definition) => {
    expect(definition).toMatchObject({
      init: true,
      stop_grace_period: "60s",
      read_only: true,
      cap_drop: ["ALL"],
      security_opt: ["no-new-privileges:true"],
      restart: "unless-stopped",
    });
    expect(definition.tmpfs?.some((mount) => /^\/tmp:.*size=/.test(mount))).toBeTrue();
    expect(interpolate(definition.mem_limit ?? "")).toBe("10g");
    expect(definition.memswap_limit).toBe(definition.mem_limit);
    expect(interpolate(definition.cpus ?? "")).toBe("0");
    expect(definition.pids_limit).toBeGreaterThan(0);
    expect(definition.healthcheck?.test).toEqual(["CMD", "bun", "src/health-check.ts"]);
    expect(definition.extra_hosts).toEqual(["host.docker.internal:host-gateway"]);
  });

  test.each(ours)(
    "$name keeps documents in memory that only its user reads, with room for twice the spool",
    (definition) => {
      const { OCR_SPOOL_DIR: folder, OCR_SPOOL_MAX_MB: limit } = environmentOf(definition);
      const mount = definition.tmpfs?.find((value) => value.startsWith(`${folder}:`));
      expect(mount).toBe(`${folder}:size=2g,mode=0700,uid=10001,gid=10001`);
      expect(2 * Number(envSchema.shape.OCR_SPOOL_MAX_MB.parse(limit || undefined))).toBe(2048);
    },
  );

  test.each(ours)("$name leaves more time to stop than the service takes", (definition) => {
    const grace = Number(envSchema.shape.SHUTDOWN_GRACE_SECONDS.parse(undefined));
    expect(Number.parseInt(definition.stop_grace_period ?? "", 10)).toBeGreaterThan(grace + 10);
  });

  test.each(ours)("$name is built from a stage that the Dockerfile has", async ({ build }) => {
    const { stages } = parseDockerfile(await textOf("Dockerfile"));
    expect(stages.map(({ name }) => name)).toContain(build?.target ?? "none");
  });

  test.each(ours)("$name passes exactly the variables that service and command line know", ({ environment }) => {
    expect(Object.keys(environment ?? {}).sort()).toEqual([...Object.keys(envSchema.shape), "OCR_SIDECAR_URL"].sort());
  });

  test.each(ours)("$name starts with an environment that the service accepts, once a key is given", (definition) => {
    const key = crypto.randomUUID();
    const parsed = parseEnv(environmentOf(definition, { OCR_SIDECAR_API_KEY: key }));
    if (!parsed.ok) throw new Error(parsed.problems.join("\n"));
    expect(parsed.env).toMatchObject({
      OLLAMA_API_URL: "http://host.docker.internal:11434",
      OCR_HOST: "0.0.0.0",
      OCR_SIDECAR_API_KEY: [key],
      RETRIEVAL_DOWNLOAD: false,
    });
  });

  test("bounds the memory and the processes of Ollama, too", () => {
    expect(services.ollama?.mem_limit).toBeDefined();
    expect(services.ollama?.memswap_limit).toBe(services.ollama?.mem_limit);
    expect(services.ollama?.pids_limit).toBeGreaterThan(0);
  });

  test("holds no key: in key mode a start without one is refused", () => {
    for (const definition of ours) {
      const environment = environmentOf(definition);
      expect(environment.OCR_SIDECAR_API_KEY).toBe("");
      expect(parseEnv(environment).ok).toBe(networkMode.includes(definition));
    }
  });

  test("publishes a port on loopback in key mode and none in network mode", () => {
    expect(networkMode).toHaveLength(2);
    for (const definition of ours) {
      if (networkMode.includes(definition)) {
        expect(definition.ports).toBeUndefined();
        expect(definition.expose?.map((port) => interpolate(port))).toEqual(["8765"]);
      } else {
        expect(definition.ports?.map((port) => interpolate(port))).toEqual(["127.0.0.1:8765:8765"]);
        expect(definition.ports?.map((port) => interpolate(port, { OCR_PORT: "9000" }))).toEqual([
          "127.0.0.1:9000:9000",
        ]);
      }
    }
  });

  test("gives the card to those that name it, and their image to no other", () => {
    for (const { name, deploy, image } of ours) {
      expect(deploy !== undefined).toBe(name.includes("gpu"));
      expect(image).toBe(name.includes("gpu") ? "ocr-sidecar:gpu" : "ocr-sidecar:cpu");
    }
  });

  test("mounts documents and secrets read-only, and knows every volume and network it names", () => {
    for (const { volumes: mounts, networks: joined } of Object.values(services)) {
      for (const mount of mounts.map((value) => interpolate(value))) {
        const [from = "", to = "", mode] = mount.split(":");
        if (!from.startsWith("./")) expect(Object.keys(volumes)).toContain(from);
        if (["/mnt/uploads", "/run/secrets", "/deploy"].includes(to)) expect(mode).toBe("ro");
      }
      for (const network of Array.isArray(joined) ? joined : Object.keys(joined)) {
        expect(Object.keys(networks)).toContain(network);
      }
    }
  });

  test("creates the OCR model from the Modelfile that the repository holds", async () => {
    const creator = services["ollama-model"];
    expect(creator?.command).toEqual(["create", "np-dms-ocr", "-f", "/deploy/Modelfile"]);
    expect(creator?.image).toBe(services.ollama?.image ?? "none");
    const parameters = [...(await textOf("deploy/Modelfile")).matchAll(/^PARAMETER (\w+) (\S+)$/gm)];
    expect(Object.fromEntries(parameters.map(([, name, value]) => [name, Number(value)]))).toEqual({
      num_ctx: 16384,
      num_predict: 4096,
      temperature: 0.1,
      top_p: 0.6,
      repeat_penalty: 1.1,
    });
  });

  test("names no variable that neither the service knows nor the README explains", async () => {
    const readme = await textOf("README.md");
    const referenced = new Set([...source.matchAll(/\$\{(\w+)/g)].map((match) => match[1] ?? ""));
    const own = [...referenced].filter((name) => !(name in envSchema.shape));
    expect(own.filter((name) => !readme.includes(`| \`${name}\` |`))).toEqual([]);
    const explained = [...readme.matchAll(/^\| `(SIDECAR_\w+|OLLAMA_\w+)` \|/gm)].map((match) => match[1] ?? "");
    expect(explained.filter((name) => !referenced.has(name))).toEqual([]);
  });
});
