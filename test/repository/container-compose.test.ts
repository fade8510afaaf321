import { describe, expect, test } from "bun:test";
import { resolve } from "node:path";
import { parseEnv } from "../../src/service/env.ts";
import { envSchema } from "../../src/service/env-schema.ts";
import {
  type ComposeService,
  interpolate,
  readComposeFile,
  readComposeLine,
  referenced,
} from "../support/compose-file.ts";
import { parseDockerfile } from "../support/dockerfile.ts";
import { listRepositoryFiles, repository } from "../support/tracked-files.ts";

const textOf = (path: string) => Bun.file(resolve(repository, path)).text();
const { services, networks, volumes } = readComposeFile();
const isOurs = (name: string) => name.startsWith("sidecar");
const ours = Object.entries(services)
  .filter(([name]) => isOurs(name))
  .map(([name, definition]) => ({ name, ...definition }));
const networkMode = ours.filter(({ environment }) => environment?.OCR_SIDECAR_AUTH === "network");
const environmentOf = (name: string, variables: Record<string, string> = {}) =>
  readComposeFile(variables).services[name]?.environment ?? {};
const portsOf = ({ ports = [], expose = [] }: ComposeService) => [...ports, ...expose.map((port) => `only ${port}`)];

describe("the compose file", () => {
  test("has a service for each mode, with and without the card", () => {
    expect(ours.map(({ name }) => name).sort()).toEqual([
      "sidecar",
      "sidecar-gpu",
      "sidecar-gpu-network",
      "sidecar-network",
    ]);
    expect(ours.flatMap(({ profiles }) => profiles).sort()).toEqual(["gpu", "gpu-network", "key", "network"]);
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
    expect(definition.mem_limit).toBe("10g");
    expect(definition.memswap_limit).toBe(definition.mem_limit);
    expect(definition.cpus).toBe("0");
    expect(definition.pids_limit).toBeGreaterThan(0);
    expect(definition.healthcheck?.test).toEqual(["CMD", "bun", "src/health-check.ts"]);
    expect(definition.extra_hosts).toEqual(["host.docker.internal:host-gateway"]);
  });

  test.each(ours)(
    "$name keeps documents in memory that only its user reads, with room for twice the spool",
    (definition) => {
      const { OCR_SPOOL_DIR: folder, OCR_SPOOL_MAX_MB: limit } = environmentOf(definition.name);
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
    const parsed = parseEnv(environmentOf(definition.name, { OCR_SIDECAR_API_KEY: key }));
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
      const environment = environmentOf(definition.name);
      expect(environment.OCR_SIDECAR_API_KEY).toBe("");
      expect(parseEnv(environment).ok).toBe(networkMode.includes(definition));
    }
  });

  test("names its containers alike, so that a second form beside the first is refused", () => {
    expect(new Set(ours.map(({ container_name }) => container_name))).toEqual(new Set(["ocr-sidecar-service"]));
  });

  test.each(ours)("$name tells how its own command line is called, and asks the service that runs", ({ name }) => {
    expect(environmentOf(name, { OCR_PORT: "9000" })).toMatchObject({
      OCR_SIDECAR_COMMAND: `docker compose run --rm ${name}`,
      OCR_SIDECAR_URL: "http://ocr-sidecar:9000",
    });
  });

  test.each([
    [{}, "http://host.docker.internal:11434"],
    [{ OLLAMA_API_URL: "http://ollama:11434" }, "http://ollama:11434"],
    [{ OLLAMA_API_URL: "" }, undefined],
  ])("with %j the service reads pages at %s", (variables: Record<string, string>, url) => {
    for (const { name } of ours) {
      const parsed = parseEnv(environmentOf(name, { ...variables, OCR_SIDECAR_API_KEY: crypto.randomUUID() }));
      expect(parsed.ok && parsed.env.OLLAMA_API_URL).toBe(url);
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
      for (const mount of mounts) {
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
    const example = await textOf(".env.example");
    const own = [...referenced, "COMPOSE_PROFILES"].filter((name) => !(name in envSchema.shape));
    expect(own.filter((name) => !readme.includes(`| \`${name}\` |`))).toEqual([]);
    expect(own.filter((name) => !example.includes(`\n#${name}=`))).toEqual([]);
    const explained = [...readme.matchAll(/^\| `(SIDECAR_\w+|OLLAMA_\w+)` \|/gm)].map((match) => match[1] ?? "");
    expect(explained.filter((name) => !referenced.has(name))).toEqual([]);
  });
});

/** What starts, and how it is reached. */
const key = { sidecar: ["127.0.0.1:8765:8765"] };
const network = { "sidecar-network": ["only 8765"] };
const gpu = { "sidecar-gpu": ["127.0.0.1:8765:8765"] };
const gpuNetwork = { "sidecar-gpu-network": ["only 8765"] };
const ollama = { ollama: [], "ollama-model": [] };

describe("a documented line acts on what it says:", () => {
  test.each<[profiles: string, started: Record<string, string[]>]>([
    ["key", key],
    ["network", network],
    ["gpu", gpu],
    ["gpu-network", gpuNetwork],
    ["ollama", ollama],
    ["key,ollama", { ...key, ...ollama }],
    ["network,ollama", { ...network, ...ollama }],
    ["gpu,ollama", { ...gpu, ...ollama }],
    ["gpu-network,ollama", { ...gpuNetwork, ...ollama }],
  ])("docker compose up -d with COMPOSE_PROFILES=%s", (profiles, started) => {
    const asked = readComposeLine("docker compose up -d", { COMPOSE_PROFILES: profiles });
    expect(Object.fromEntries(Object.entries(asked.services).map(([name, it]) => [name, portsOf(it)]))).toEqual(
      started,
    );
    const again = readComposeLine("docker compose up -d", { COMPOSE_PROFILES: profiles });
    expect(again).toEqual(asked);
    for (const profile of profiles.split(",")) expect(isKnownProfile(profile)).toBeTrue();
  });

  test.each(["key", "network"])(
    "with OCR_PORT=0 the profile %s is refused, not started where nobody finds it",
    (profile) => {
      const variables = { COMPOSE_PROFILES: profile, OCR_PORT: "0" };
      expect(() => readComposeLine("docker compose up -d", variables)).toThrow("missing a target port");
    },
  );

  test("up without a profile starts nothing", () => {
    expect(() => readComposeLine("docker compose up -d")).toThrow("no service selected");
  });

  test("down with all profiles ends everything, whatever was chosen", () => {
    const { services: ended } = readComposeLine('docker compose --profile "*" down', { COMPOSE_PROFILES: "key" });
    expect(Object.keys(ended).sort()).toEqual(Object.keys(services).sort());
  });

  test("every line of the documents is one of these", async () => {
    const lines = await documentedLines();
    expect(lines.length).toBeGreaterThan(15);
    const unknown = lines.filter(({ line }) => {
      const { action, services: acted } = readComposeLine(line, { COMPOSE_PROFILES: "key" });
      if (action === "up") return line !== "docker compose up -d" && line !== "docker compose up -d --build";
      if (action === "down") return Object.keys(acted).length !== Object.keys(services).length;
      if (action === "run") return Object.keys(acted).length !== 1 || !line.includes("run --rm");
      return !["ps", "logs", "build", "exec", "stop"].includes(action);
    });
    expect(unknown).toEqual([]);
    const profiles = lines.flatMap(({ text }) => [...text.matchAll(/COMPOSE_PROFILES=([\w,-]+)/g)]);
    expect(profiles.length).toBeGreaterThan(0);
    for (const [, list = ""] of profiles) expect(list.split(",").filter((name) => !isKnownProfile(name))).toEqual([]);
  });
});

describe("variables are resolved as Compose does:", () => {
  test.each([
    ["{A:-b}", {}, "b"],
    ["{A:-b}", { A: "" }, "b"],
    ["{A:-b}", { A: "a" }, "a"],
    ["{A-b}", {}, "b"],
    ["{A-b}", { A: "" }, ""],
    ["{A:-}y", {}, "y"],
  ])("$%s with %j is %j", (reference, variables: Record<string, string>, expected) => {
    expect(interpolate(`$${reference}`, variables)).toBe(expected);
  });
});

const isKnownProfile = (name: string) => Object.values(services).some(({ profiles }) => profiles?.includes(name));

/** The lines of Compose that documents name, up to where the code or the comment ends. */
async function documentedLines(): Promise<Array<{ path: string; line: string; text: string }>> {
  const paths = (await listRepositoryFiles()).filter((path) => /^(README\.md|docs\/|docker-compose\.yml)/.test(path));
  const texts = await Promise.all(paths.map(async (path) => ({ path, text: await textOf(path) })));
  return texts.flatMap(({ path, text }) =>
    [...text.matchAll(/docker compose [^`\n#|;)]+/g)].map(([line]) => ({ path, line: line.trim(), text })),
  );
}
