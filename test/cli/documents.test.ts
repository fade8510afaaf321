import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { findDocuments } from "../../src/cli/find-documents.ts";

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
