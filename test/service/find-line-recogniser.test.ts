import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findLineRecogniser } from "../../src/service/find-line-recogniser.ts";

const sha256 = (text: string) => new Bun.CryptoHasher("sha256").update(text).digest("hex");
const commit = "c".repeat(40);

let modelDir: string;
beforeAll(async () => {
  modelDir = await mkdtemp(join(tmpdir(), "find-line-recogniser-"));
  const place = join(modelDir, "owner/repository");
  const files: Record<string, { bytes: number; sha256: string }> = {};
  for (const folder of ["thai", "damaged"])
    for (const name of ["rec.onnx", "dict.txt"]) {
      await Bun.write(join(place, folder, name), `${folder} ${name}`);
      files[`${folder}/${name}`] = { bytes: 1, sha256: sha256(`thai ${name}`) };
    }
  const model = { revision: commit, requested: "main", files };
  await Bun.write(
    join(modelDir, "models.lock.json"),
    JSON.stringify({ version: 1, models: { "owner/repository": model } }),
  );
  for (const name of ["rec.onnx", "dict.txt"]) await Bun.write(join(modelDir, "own", name), name);
});
afterAll(() => rm(modelDir, { recursive: true }));

test.each<[string, string | undefined]>([
  ["owner/repository:thai", undefined],
  [`owner/repository@${commit}:thai`, undefined],
  ["owner/repository@main:thai", undefined],
  ["own", undefined],
  ["owner/repository@other:thai", `it is there in revision ${commit}, not in other`],
  ["owner/repository:damaged", "rec.onnx is damaged: its SHA-256 is not the recorded one"],
  ["owner/repository:nothing", "its folder is not there"],
  ["../own", '"../own" is neither a folder of a repository nor one below MODEL_DIR'],
])("the line recogniser %s is found, or it is said why not: %p", async (named, reason) => {
  const found = await findLineRecogniser(modelDir, named);
  expect(found).toMatchObject(reason === undefined ? { ok: true } : { ok: false, reason });
});

test("a line recogniser is its own files, known by the hash of its network", async () => {
  expect(await findLineRecogniser(modelDir, "owner/repository:thai")).toEqual({
    ok: true,
    files: {
      model: join(modelDir, "owner/repository/thai/rec.onnx"),
      dictionary: join(modelDir, "owner/repository/thai/dict.txt"),
    },
    sha256: sha256("thai rec.onnx"),
  });
});
