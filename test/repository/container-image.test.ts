import { describe, expect, test } from "bun:test";
import { chmod, mkdir, mkdtempDisposable, readdir, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import dockerignore from "@balena/dockerignore";
import manifest from "../../package.json" with { type: "json" };
import { envSchema } from "../../src/service/env-schema.ts";
import { contextSources, parseDockerfile, type Stage } from "../support/dockerfile.ts";
import { findSecrets } from "../support/find-secrets.ts";
import { listRepositoryFiles, repository } from "../support/tracked-files.ts";

const textOf = (path: string) => Bun.file(resolve(repository, path)).text();
const { globals, stages } = parseDockerfile(await textOf("Dockerfile"));
const ignored = dockerignore().add(await textOf(".dockerignore"));

/** What lies in a working folder besides the tracked files, and must never be sent to the builder. */
const leftovers = [
  ".env",
  ".env.local",
  ".git/config",
  "node_modules/hono/package.json",
  "secrets/api-keys",
  "models/bge-m3/onnx/model.onnx",
  "src/.env",
  "src/http/debug.log",
  "src/server.key",
  "test/fixtures/letter.pdf",
];

/** The build context, from tracked files and leftovers. */
const context = ignored.filter([...(await listRepositoryFiles()), ...leftovers]);

const stageOf = (name: string): Stage => {
  const stage = stages.find((candidate) => candidate.name === name);
  if (stage === undefined) throw new Error(`The Dockerfile has no stage ${name}.`);
  return stage;
};
const textsOf = (stage: Stage, name: string) =>
  stage.instructions.filter((instruction) => instruction.name === name).map(({ text }) => text);
const targets = ["cpu", "gpu"].map(stageOf);

describe("the image", () => {
  test("comes in two flavours, and a build without a target makes the one for the processor", () => {
    expect(stages.map(({ name }) => name)).toEqual(["bun", "modules", "console", "modules-cuda", "gpu", "cpu"]);
  });

  test("is pinned to versions, and to the Bun that the project names", () => {
    const images = globals.map(({ text }) => text.split("=")[1] ?? "");
    expect(images).toContain(`oven/${manifest.packageManager.replace("@", ":")}-slim`);
    for (const image of images) expect(image).toMatch(/^[\w./-]+:\d+\.\d+\.\d+[\w.-]*$/);
    const variables = globals.map(({ text }) => `\${${text.split("=")[0]}}`);
    const known = [...variables, ...stages.map(({ name }) => name)];
    for (const { base } of stages) expect(known).toContain(base);
  });

  const copying = stages.filter((stage) => textsOf(stage, "COPY").length > 0);

  test("is copied into by four of its stages", () => {
    expect(copying.map(({ name }) => name)).toEqual(["modules", "console", "gpu", "cpu"]);
  });

  test.each(copying)("stage $name copies only what the build context or an earlier stage holds", (stage) => {
    const earlier = stages.slice(0, stages.indexOf(stage)).map(({ name }) => name);
    for (const text of textsOf(stage, "COPY")) {
      const from = /^--from=(\S+)/.exec(text)?.[1];
      if (from !== undefined) expect(earlier).toContain(from);
      for (const source of contextSources(text)) {
        expect(context.some((path) => path === source || path.startsWith(`${source}/`))).toBeTrue();
      }
    }
  });

  test("nothing is added from the network by name, and nothing is copied wholesale", () => {
    const instructions = stages.flatMap((stage) => stage.instructions);
    expect(instructions.filter(({ name }) => name === "ADD")).toEqual([]);
    const sources = instructions.filter(({ name }) => name === "COPY").flatMap(({ text }) => contextSources(text));
    expect(sources).not.toContain(".");
  });

  test("dependencies are installed before the sources are copied, for production and from the lock file", () => {
    expect(textsOf(stageOf("modules"), "RUN")[0]).toBe("bun install --frozen-lockfile --production --ignore-scripts");
    for (const { instructions } of targets) {
      const copies = instructions.filter(({ name }) => name === "COPY").map(({ text }) => text);
      expect(copies.findIndex((text) => text.includes("node_modules"))).toBeLessThan(
        copies.findIndex((text) => text.startsWith("src ")),
      );
    }
  });

  test.each(targets)("$name holds the page for people as it was built, not its sources", (target) => {
    expect(textsOf(stageOf("console"), "RUN").at(-1)).toBe("bun scripts/build-console.ts --out /built");
    expect(textsOf(target, "COPY").filter((text) => text.includes("console"))).toEqual([
      "--from=console /built console",
    ]);
  });

  test.each(targets)("$name runs as a numbered user without a shell", (target) => {
    expect(textsOf(target, "USER")).toEqual(["10001:10001"]);
    expect(textsOf(target, "ENTRYPOINT")).toEqual(['["bun", "/app/src/cli.ts"]']);
    expect(textsOf(target, "CMD")).toEqual(['["serve"]']);
    const [healthCheck = ""] = textsOf(target, "HEALTHCHECK");
    expect(healthCheck).toMatch(/--timeout=\d+s .* CMD \["bun", "src\/health-check\.ts"\]$/);
    expect(textsOf(target, "SHELL")).toEqual([]);
  });

  test("both flavours are the same but for their base and the card", () => {
    const settings = targets.map((target) =>
      target.instructions
        .filter(({ name }) => !["RUN", "COPY"].includes(name))
        .map(({ name, text }) => `${name} ${text.replace("NVIDIA_DRIVER_CAPABILITIES=compute,utility ", "")}`),
    );
    expect(settings[0]).toEqual(settings[1] ?? []);
  });

  test("its environment holds no secret, and of ours only what the service knows", () => {
    const foreign = [
      "NODE_ENV",
      "BUN_RUNTIME_TRANSPILER_CACHE_PATH",
      "MALLOC_TRIM_THRESHOLD_",
      "NVIDIA_DRIVER_CAPABILITIES",
    ];
    for (const target of targets) {
      const names = textsOf(target, "ENV").flatMap((text) => [...text.matchAll(/(\w+)=/g)].map((match) => match[1]));
      expect(
        names.filter((name) => name !== undefined && !foreign.includes(name) && !(name in envSchema.shape)),
      ).toEqual([]);
      expect(names).toContain("OLLAMA_API_URL");
    }
    const inputs = [...globals, ...stages.flatMap((stage) => stage.instructions)].filter(({ name }) =>
      /ARG|ENV/.test(name),
    );
    expect(inputs.filter(({ text }) => /key|secret|password|token/i.test(text))).toEqual([]);
  });
});

describe("the CUDA provider, which no lock file names,", () => {
  const [fetching = ""] = textsOf(stageOf("modules-cuda"), "RUN");
  const folder = "node_modules/onnxruntime-node/bin/napi-v6/linux/x64";
  const program = `
    const { chmod } = await import("node:fs/promises");
    for (const name of ["cuda", "shared", "tensorrt"]) {
      const file = \`${folder}/libonnxruntime_providers_\${name}.so\`;
      await Bun.write(file, name);
      await chmod(file, 0o666);
    }
  `;
  const right = new Bun.CryptoHasher("sha256").update("cudashared").digest("hex");

  async function fetchProvider(sum: string, hasPlace = true) {
    await using place = await mkdtempDisposable(join(tmpdir(), "cuda-provider-"));
    if (hasPlace) await mkdir(join(place.path, folder), { recursive: true });
    await Bun.write(join(place.path, "node_modules/onnxruntime-node/script/install.js"), program);
    const environment = { PATH: `${dirname(process.execPath)}:${process.env.PATH}`, CUDA_PROVIDER_SHA256: sum };
    const { exitCode, stdout, stderr } = Bun.spawnSync(["sh", "-c", fetching], { cwd: place.path, env: environment });
    const names = hasPlace ? (await readdir(join(place.path, folder))).sort() : [];
    const files = names.map(async (name) => [name, (await stat(join(place.path, folder, name))).mode & 0o777] as const);
    return {
      exitCode,
      said: stdout.toString() + stderr.toString(),
      modes: Object.fromEntries(await Promise.all(files)),
    };
  }

  test.each(["", right])("is fetched, for its owner to write, and its sum is told (given %j)", async (sum) => {
    const { exitCode, said, modes } = await fetchProvider(sum);
    expect({ exitCode, modes }).toEqual({
      exitCode: 0,
      modes: { "libonnxruntime_providers_cuda.so": 0o644, "libonnxruntime_providers_shared.so": 0o644 },
    });
    expect(said).toContain(`CUDA_PROVIDER_SHA256=${right}\n`);
  });

  test("stops the build where it is another than the one whose sum is given", async () => {
    expect(await fetchProvider("0".repeat(64))).toMatchObject({
      exitCode: 1,
      said: expect.stringContaining("is not the one"),
    });
  });

  test("is said to be there for amd64 only, on a machine of another kind", async () => {
    expect(await fetchProvider("", false)).toMatchObject({ exitCode: 1, said: expect.stringContaining("amd64 only") });
  });

  test.each([
    ["libcublas.so.13 => /usr/lib/libcublas.so.13 (0x1)", 0],
    ["libcuda.so.1 => not found", 0],
    ["libcudart.so.13 => not found", 1],
    ["libcudnn.so.9 => not found", 1],
  ])("with %j among its libraries the build ends with %i", async (link, expected) => {
    const [checking = ""] = textsOf(stageOf("gpu"), "RUN").filter((text) => text.includes("ldd"));
    await using place = await mkdtempDisposable(join(tmpdir(), "cuda-links-"));
    await mkdir(join(place.path, folder), { recursive: true });
    await Bun.write(join(place.path, "ldd"), `#!/bin/sh\necho "${link}"\n`);
    await chmod(join(place.path, "ldd"), 0o755);
    const env = { PATH: `${place.path}:${process.env.PATH}` };
    const { exitCode, stderr } = Bun.spawnSync(["sh", "-c", checking], { cwd: place.path, env });
    expect(exitCode).toBe(expected);
    if (expected !== 0) expect(stderr.toString()).toContain("choose another CUDA_IMAGE");
  });
});

describe("the build context", () => {
  test("holds nothing but what the image needs", () => {
    expect(
      context.filter(
        (path) =>
          !/^(package\.json|bun\.lock|LICENSE|NOTICE|scripts\/(prune-modules|build-console)\.ts|console\/[\w./-]+\.(ts|tsx|css|json|svg)|src\/[\w./-]+\.ts|src\/http\/routes\/docs-page\/[\w.]+|src\/tesseract\/digits\/(known-glyphs|arabic-glyphs|digit-weights)\.json)$/.test(
            path,
          ),
      ),
    ).toEqual([]);
    expect(context).toContain("src/main.ts");
  });

  test("holds none of what lies about in a working folder", () => {
    expect(ignored.filter(leftovers)).toEqual([]);
  });

  test("holds no secret", async () => {
    const files = context.filter((path) => path !== "bun.lock");
    const found = await Promise.all(files.map(async (path) => findSecrets(path, await textOf(path))));
    expect(found.flat()).toEqual([]);
  });
});
