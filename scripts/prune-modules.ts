import { readdir, rm, rmdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";

/** Processor architectures the image is built for, as Node names them. */
export type Architecture = "x64" | "arm64";

/** Why a file of node_modules is not needed in the image. */
export type PruneReason =
  | "other-platform"
  | "browser-build"
  | "inlined-copy"
  | "other-model-variant"
  | "source-map"
  | "type-declaration";

interface PruneRule {
  reason: PruneReason;
  matches(path: string, architecture: Architecture): boolean;
}

/** The first match wins; everything else stays, licences above all. */
const rules: readonly PruneRule[] = [
  {
    reason: "other-platform",
    matches: (path, architecture) => {
      const platform = /(?:^|\/)onnxruntime-node\/bin\/napi-v\d+\/([^/]+\/[^/]+)\//.exec(path)?.[1];
      return platform !== undefined && platform !== `linux/${architecture}`;
    },
  },
  // transformers.js carries its own copy of what it uses of this package; on a server it runs on onnxruntime-node.
  { reason: "browser-build", matches: (path) => /(?:^|\/)onnxruntime-web\//.test(path) },
  // The same WebAssembly a second time, as base64 for bundlers.
  { reason: "inlined-copy", matches: (path) => /(?:^|\/)tesseract\.js-core\/[^/]+\.wasm\.js$/.test(path) },
  // 4.0.0_best_int is the variant that is read.
  { reason: "other-model-variant", matches: (path) => /(?:^|\/)@tesseract\.js-data\/[^/]+\/4\.0\.0\//.test(path) },
  { reason: "source-map", matches: (path) => /\.(?:js|mjs|cjs|css|ts|mts|cts)\.map$/.test(path) },
  { reason: "type-declaration", matches: (path) => /\.d\.[mc]?ts$/.test(path) },
];

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
  return removedBytes;
}

/** Docker's name of an architecture (`TARGETARCH`), or Node's own. */
export function parseArchitecture(name: string): Architecture {
  if (name === "amd64" || name === "x64") return "x64";
  if (name === "arm64") return "arm64";
  throw new Error(`There is no image for ${name}; it should be amd64 or arm64.`);
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
  for (const [reason, bytes] of removed) console.log(`${reason}: ${Math.round(bytes / 1024 / 1024)} MiB removed`);
}
