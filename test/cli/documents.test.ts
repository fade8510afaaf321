import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdir, mkdtemp, readdir, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { findDocuments } from "../../src/cli/find-documents.ts";
import { isFinished, readingFiles, writeReading } from "../../src/cli/reading-files.ts";
import { isRecordOf, recordOf } from "../../src/cli/reading-record.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "cli-documents-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const touch = (...names: string[]) => Promise.all(names.map((name) => Bun.write(join(folder, name), name)));
const find = async (...inputs: string[]) => {
  const found = await findDocuments(
    inputs.map((input) => join(folder, input)),
    join(folder, "in/out"),
  );
  return found.map(({ name }) => name);
};

describe("the documents behind inputs", () => {
  test("a folder gives its documents with their structure, sorted, and nothing else", async () => {
    await touch("in/b/z.PDF", "in/b/a.tiff", "in/a.pdf", "in/a.png", "in/note.txt", "in/.hidden.pdf", "in/.git/x.pdf");
    await touch("in/out/old.pdf");
    expect(await find("in")).toEqual(["in/a.pdf", "in/a.png", "in/b/a.tiff", "in/b/z.PDF"]);
  });

  test("are of every kind that is read", async () => {
    const endings = ["bmp", "gif", "j2k", "jp2", "jpeg", "jpg", "pdf", "png", "tif", "tiff"];
    await touch(...endings.map((ending) => `in/a.${ending}`), "in/a.webp", "in/pdf", "in/a.pdf.bak");
    expect(await find("in")).toEqual(endings.map((ending) => `in/a.${ending}`));
  });

  test("are not those of the output folder, however that is named", async () => {
    await touch("in/a.pdf", "in/out/old.pdf");
    const found = await findDocuments([join(folder, "in")], relative(process.cwd(), join(folder, "in/out")));
    expect(found.map(({ name }) => name)).toEqual(["in/a.pdf"]);
  });

  test("a file that is named is taken whatever its ending", async () => {
    await touch("in/scan");
    expect(await find("in/scan")).toEqual(["scan"]);
  });

  test("a document that is named twice is found once", async () => {
    await touch("in/a.pdf");
    await symlink(join(folder, "in/a.pdf"), join(folder, "in/link.pdf"));
    expect(await find("in", "in/a.pdf", "in")).toHaveLength(1);
  });

  test("links to folders are not followed, so a circle is no trap", async () => {
    await touch("in/a.pdf");
    await symlink(join(folder, "in"), join(folder, "in/circle"));
    await symlink(join(folder, "nowhere.pdf"), join(folder, "in/broken.pdf"));
    expect(await find("in")).toEqual(["in/a.pdf"]);
  });

  test("two documents for one place, a missing input and an empty folder are refused", async () => {
    await touch("one/a.pdf", "two/a.pdf");
    await mkdir(join(folder, "empty"));
    await expect(find("one/a.pdf", "two/a.pdf")).rejects.toThrow("name the folder that holds both");
    await expect(find("missing")).rejects.toThrow("cannot be opened");
    await expect(find("empty")).rejects.toThrow("No PDF");
  });
});

const source = { name: "a.pdf", bytes: new TextEncoder().encode("bytes") };
const fields = { pages: "1", runtimeParams: { temperature: 0, top_p: 0.5 } };
const answer = { text: "text", ocrUsed: false, pageCount: 1, charCount: 4, engineUsed: "fast-path" };
const record = recordOf(source, fields, answer, new Date(0));

describe("the record of a reading", () => {
  test("says what was read and how, without the text", () => {
    expect(record).toEqual({
      source: { name: "a.pdf", bytes: 5, sha256: new Bun.CryptoHasher("sha256").update("bytes").digest("hex") },
      parameters: fields,
      readAt: "1970-01-01T00:00:00.000Z",
      answer: { ocrUsed: false, pageCount: 1, charCount: 4, engineUsed: "fast-path" },
    });
  });

  test.each([
    ["itself", JSON.stringify(record), source, fields, true],
    ["other fields in another order", JSON.stringify(record), source, reversed(), true],
    ["a renamed document", JSON.stringify(record), { ...source, name: "b.pdf" }, fields, true],
    ["changed bytes", JSON.stringify(record), { ...source, bytes: new Uint8Array([1]) }, fields, false],
    ["another parameter", JSON.stringify(record), source, { ...fields, pages: "2" }, false],
    ["one parameter less", JSON.stringify(record), source, { pages: "1" }, false],
    ["a record that was cut off", JSON.stringify(record).slice(0, -5), source, fields, false],
    ["another kind of JSON", "[]", source, fields, false],
  ])("against %s", (_, text, candidate, candidateFields, expected) => {
    expect(isRecordOf(text, candidate, candidateFields)).toBe(expected);
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
    expect(await isFinished(files, source, fields)).toBe(false);
    await writeReading(files, "text", record);
    expect(await isFinished(files, source, fields)).toBe(true);
    expect(await readdir(join(folder, "deep"))).toEqual(["a.pdf.json", "a.pdf.md"]);
    await rm(files.markdown);
    expect(await isFinished(files, source, fields)).toBe(false);
    await mkdir(files.markdown);
    expect(await isFinished(files, source, fields)).toBe(false);
    await rm(files.markdown, { recursive: true });
    await Bun.write(files.markdown, "corrected by hand");
    expect(await isFinished(files, source, fields)).toBe(true);
    await rm(files.json);
    expect(await isFinished(files, source, fields)).toBe(false);
  });

  test("a record never stands without its text", async () => {
    const files = readingFiles(folder, "a.pdf");
    await mkdir(files.markdown);
    await expect(writeReading(files, "text", record)).rejects.toThrow();
    expect(await Bun.file(files.json).exists()).toBe(false);
  });

  test("what a killed run left behind is replaced", async () => {
    const files = readingFiles(folder, "a.pdf");
    await Bun.write(`${files.markdown}.partial`, "x".repeat(1000));
    await writeReading(files, "text", record);
    expect(await Bun.file(files.markdown).text()).toBe("text");
    expect((await readdir(folder)).sort()).toEqual(["a.pdf.json", "a.pdf.md"]);
  });
});
