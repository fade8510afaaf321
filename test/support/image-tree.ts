import { chmod, copyFile, link, mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { z } from "zod";
import { parseArchitecture, pruneReason, writeStandIns } from "../../scripts/prune-modules.ts";
import { writeConsole } from "../../src/http/console/console-files.ts";
import { contextSources, parseDockerfile } from "./dockerfile.ts";
import { repository } from "./tracked-files.ts";

/** A folder with the files that the image holds below its working folder, and Bun. */
export interface ImageTree extends AsyncDisposable {
  /** What `WORKDIR` is in the image. */
  folder: string;
  bun: string;
}

const manifest = z.object({
  dependencies: z.record(z.string(), z.string()).default({}),
  optionalDependencies: z.record(z.string(), z.string()).default({}),
});

/** Copies what a stage of the Dockerfile copies; whoever wants may read it, and nobody write. */
export async function makeImageTree(stage: string): Promise<ImageTree> {
  const base = await mkdtemp(join(tmpdir(), "image-tree-"));
  const folder = join(base, "app");
  const dockerfile = parseDockerfile(await Bun.file(resolve(repository, "Dockerfile")).text());
  const instructions = dockerfile.stages.find(({ name }) => name === stage)?.instructions ?? [];
  const sources = instructions.filter(({ name }) => name === "COPY").flatMap(({ text }) => contextSources(text));
  const files = (await Promise.all(sources.map(filesBelow))).flat();
  const modules = (await Promise.all([...(await productionModules())].map(modulesFiles))).flat();
  for (const path of [...files, ...modules]) await linkOrCopy(resolve(repository, path), join(folder, path));
  await writeStandIns(join(folder, "node_modules"));
  await writeConsole(join(folder, "console"));
  const bun = join(base, "bun");
  await linkOrCopy(process.execPath, bun);
  for (const place of [
    base,
    ...(await readdir(base, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name)),
  ])
    await chmod(place, 0o755);
  return { folder, bun, [Symbol.asyncDispose]: () => rm(base, { recursive: true, force: true }) };
}

/** Packages that `bun install --production` installs, by their place below node_modules. */
async function productionModules(): Promise<Set<string>> {
  const found = new Set<string>();
  const visit = async (from: string): Promise<void> => {
    const { dependencies, optionalDependencies } = manifest.parse(
      await Bun.file(resolve(repository, from, "package.json")).json(),
    );
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      const places = [`${from}/node_modules/${name}`, `node_modules/${name}`];
      for (const place of places) {
        if (found.has(place)) break;
        if (!(await Bun.file(resolve(repository, place, "package.json")).exists())) continue;
        found.add(place);
        await visit(place);
        break;
      }
    }
  };
  await visit(".");
  return found;
}

async function modulesFiles(place: string): Promise<string[]> {
  const architecture = parseArchitecture(process.arch);
  const files = await filesBelow(place);
  return files.filter(
    (path) =>
      !path.slice(place.length).includes("/node_modules/") &&
      pruneReason(path.slice("node_modules/".length), architecture) === undefined,
  );
}

async function filesBelow(path: string): Promise<string[]> {
  const absolute = resolve(repository, path);
  if (await Bun.file(absolute).exists()) return [path];
  const entries = await readdir(absolute, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(repository.length + 1));
}

async function linkOrCopy(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await link(from, to).catch(() => copyFile(from, to));
}
