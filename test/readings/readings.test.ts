import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { finishedRecord, readingFiles, writeReading } from "../../src/readings/reading-files.ts";
import { recordAbout, recordOf } from "../../src/readings/reading-record.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "readings-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const sha256Of = (text: string) => new Bun.CryptoHasher("sha256").update(text).digest("hex");
const source = { name: "a.pdf", sha256: sha256Of("bytes"), bytes: 5 };
const fields = { pages: "1", runtimeParams: { temperature: 0, top_p: 0.5 } };
const answer = { text: "text", ocrUsed: false, pageCount: 1, charCount: 4, engineUsed: "fast-path" };
const record = recordOf(source, fields, answer, new Date(0));

describe("the record of a reading", () => {
  test("says what was read and how, without the text", () => {
    expect(record).toEqual({
      source: { name: "a.pdf", bytes: 5, sha256: sha256Of("bytes") },
      parameters: fields,
      readAt: "1970-01-01T00:00:00.000Z",
      answer: { ocrUsed: false, pageCount: 1, charCount: 4, engineUsed: "fast-path" },
    });
  });

  test.each([
    ["itself", JSON.stringify(record), source, fields, true],
    ["other fields in another order", JSON.stringify(record), source, reversed(), true],
    ["a renamed document", JSON.stringify(record), { ...source, name: "b.pdf" }, fields, true],
    ["changed bytes", JSON.stringify(record), { ...source, sha256: sha256Of("other") }, fields, false],
    ["another parameter", JSON.stringify(record), source, { ...fields, pages: "2" }, false],
    ["one parameter less", JSON.stringify(record), source, { pages: "1" }, false],
    ["a record that was cut off", JSON.stringify(record).slice(0, -5), source, fields, false],
    ["another kind of JSON", "[]", source, fields, false],
  ])("against %s", (_, text, candidate, candidateFields, expected) => {
    expect(recordAbout(text, candidate, candidateFields) !== undefined).toBe(expected);
  });
});

const reversed = () => ({ runtimeParams: { top_p: 0.5, temperature: 0 }, pages: "1" });

describe("the files of a reading", () => {
  test("documents of one name and different endings have different files", () => {
    expect(readingFiles("out", "in/a.pdf")).toEqual({ markdown: "out/in/a.pdf.md", json: "out/in/a.pdf.json" });
    expect(readingFiles("out", "in/a.png").markdown).toBe("out/in/a.png.md");
  });

  test("a document is finished when both files stand, and only then", async () => {
    const files = readingFiles(folder, "deep/a.pdf");
    expect(await finishedRecord(files, source, fields)).toBeUndefined();
    await writeReading(files, "text", record);
    expect(await finishedRecord(files, source, fields)).toEqual(record);
    expect(await readdir(join(folder, "deep"))).toEqual(["a.pdf.json", "a.pdf.md"]);
    await rm(files.markdown);
    expect(await finishedRecord(files, source, fields)).toBeUndefined();
    await mkdir(files.markdown);
    expect(await finishedRecord(files, source, fields)).toBeUndefined();
    await rm(files.markdown, { recursive: true });
    await Bun.write(files.markdown, "corrected by hand");
    expect(await finishedRecord(files, source, fields)).toEqual(record);
    await rm(files.json);
    expect(await finishedRecord(files, source, fields)).toBeUndefined();
  });

  test("a record never stands without its text", async () => {
    const files = readingFiles(folder, "a.pdf");
    await mkdir(files.markdown);
    await expect(writeReading(files, "text", record)).rejects.toThrow();
    expect(await Bun.file(files.json).exists()).toBe(false);
    expect(await readdir(folder)).toEqual(["a.pdf.md"]);
  });

  test("an earlier reading stands whole when a new one cannot be written, and nothing else is left", async () => {
    const files = readingFiles(folder, "a.pdf");
    await writeReading(files, "text", record);
    await mkdir(`${files.json}.partial`);
    await expect(writeReading(files, "other text", recordOf(source, {}, answer, new Date(0)))).rejects.toThrow();
    expect(await finishedRecord(files, source, fields)).toEqual(record);
    expect(await Bun.file(files.markdown).text()).toBe("text");
    expect((await readdir(folder)).sort()).toEqual(["a.pdf.json", "a.pdf.json.partial", "a.pdf.md"]);
  });

  test("a run that ends between both files leaves no record, not even the one of an earlier reading", async () => {
    const files = readingFiles(folder, "a.pdf");
    await writeReading(files, "text", record);
    await rm(files.markdown);
    await mkdir(files.markdown);
    await expect(writeReading(files, "other text", record)).rejects.toThrow();
    expect(await readdir(folder)).toEqual(["a.pdf.md"]);
  });

  test("what a killed run left behind is replaced", async () => {
    const files = readingFiles(folder, "a.pdf");
    await Bun.write(`${files.markdown}.partial`, "x".repeat(1000));
    await writeReading(files, "text", record);
    expect(await Bun.file(files.markdown).text()).toBe("text");
    expect((await readdir(folder)).sort()).toEqual(["a.pdf.json", "a.pdf.md"]);
  });
});
