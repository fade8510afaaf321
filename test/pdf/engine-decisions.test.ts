import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { closeSync, openSync } from "node:fs";
import { mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as mupdf from "mupdf";
import { canonicalise } from "../../src/files/canonical-path.ts";
import { encryptionPlaces, leavesContentAlone, maskEncryption } from "../../src/pdf/engine/encryption.ts";
import { EngineFault, isCompressionBomb, isPoisoned } from "../../src/pdf/engine/fault.ts";
import { createOpenDocuments, type Purpose } from "../../src/pdf/engine/jobs.ts";
import { mendBoxes } from "../../src/pdf/engine/page-boxes.ts";
import type { DocumentRef } from "../../src/pdf/messages.ts";
import { buildPdf } from "../support/pdf-builder.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "engine-decisions-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("whether an engine is used no more", () => {
  test.each<[string, unknown, boolean]>([
    ["a trap of WebAssembly", new WebAssembly.RuntimeError("x"), true],
    ["an exhausted stack", new RangeError("Maximum call"), true],
    ["that memory is exhausted", new Error("malloc of 12 bytes failed"), true],
    ["that memory is exhausted, in its other words", new Error("calloc (1 x 8 bytes) failed"), true],
    ["that it was aborted", new Error("Aborted(OOM)"), true],
    ["an index beyond a table", new Error("table index is out of bounds"), true],
    ["a fault of the document", new EngineFault("document_damaged", "out of memory"), false],
    ["that a syntax is wrong", new Error("syntax error: cannot find startxref"), false],
    ["that an object is aborted by name only", new Error("aborted page"), false],
  ])("after %s", (_, error, poisoned) => {
    expect(isPoisoned(error)).toBe(poisoned);
  });

  test.each([
    ["compression bomb detected", true],
    ["cannot decompress", false],
  ])("%j is about data that grow beyond measure: %p", (message, isBomb) => {
    expect(isCompressionBomb(new Error(message))).toBe(isBomb);
  });
});

describe("documents that are kept open", () => {
  async function source(key: number): Promise<DocumentRef> {
    const path = join(folder, `${key}.pdf`);
    const bytes = buildPdf([{ kind: "text", lines: [`document ${key}`] }]);
    await Bun.write(path, bytes);
    return { key, kind: "pdf", path, sizeBytes: bytes.length };
  }

  test("are those that were used last; one that is closed or has given way is opened again", async () => {
    const documents = createOpenDocuments(2);
    const sources = await Promise.all([1, 2, 3].map(source));
    const open = (key: number, purpose: Purpose = "read") => {
      const wanted = sources[key - 1];
      if (wanted === undefined) throw new Error(`there is no document ${key}`);
      return documents.open(wanted, 1e6, purpose);
    };
    const [one, two] = [open(1), open(2)];
    expect(open(1)).toBe(one);
    const three = open(3);
    expect([open(1, "draw") === one, open(3, "draw") === three]).toEqual([true, true]);
    const again = open(2);
    expect(again).not.toBe(two);
    expect(again.document.countPages()).toBe(1);
    documents.close(2);
    expect(open(2)).not.toBe(again);
    for (const key of [1, 2, 3, 4]) documents.close(key);
  });

  test("leave no descriptor open when they are closed", async () => {
    const documents = createOpenDocuments(8);
    const wanted = await source(9);
    documents.open(wanted, 1e6, "read");
    const openOn = () => Array.from(new Bun.Glob("*").scanSync({ cwd: "/proc/self/fd", onlyFiles: false })).length;
    const before = openOn();
    documents.close(9);
    expect(openOn()).toBe(before - 1);
  });
});

test("a document is drawn in its true colours, and read without the profiles that these take", async () => {
  const path = join(folder, "colours.pdf");
  const bytes = buildPdf([{ kind: "raw", content: "0.9 0.1 0.1 0.1 k 0 0 595 842 re f" }]);
  await Bun.write(path, bytes);
  const documents = createOpenDocuments(2);
  const colour = (purpose: Purpose) => {
    const { document } = documents.open({ key: 1, kind: "pdf", path, sizeBytes: bytes.length }, 1e6, purpose);
    const drawn = document.loadPage(0).toPixmap(mupdf.Matrix.identity, mupdf.ColorSpace.DeviceRGB, false);
    return [...drawn.getPixels().slice(0, 3)];
  };
  const [read, drawn, again] = [colour("read"), colour("draw"), colour("read")];
  expect(read).toEqual([0, 204, 204].map((level) => expect.closeTo(level, -1)));
  expect(again).toEqual(read);
  expect(drawn).not.toEqual(read);
  documents.close(1);
});

describe("where a file names its encryption", () => {
  const mebibyte = 1024 * 1024;
  async function placesIn(text: string, sizeBytes?: number): Promise<number[]> {
    const path = join(folder, "encryption");
    await Bun.write(path, text);
    const file = openSync(path, "r");
    try {
      return encryptionPlaces(file, sizeBytes ?? text.length);
    } finally {
      closeSync(file);
    }
  }

  test.each<[string, string, number[]]>([
    ["a reference", "trailer <</Encrypt 5 0 R>>", [10]],
    ["a dictionary", "x/Encrypt<</V 4>>", [1]],
    ["several", "/Encrypt 5 0 R /Encrypt 6 0 R", [0, 15]],
    ["its last word", "a/Encrypt", [1]],
    ["another name that begins alike", "/EncryptMetadata false", []],
    ["nothing", "", []],
    ["a name across two pieces of the file", `${"x".repeat(mebibyte - 3)}/Encrypt 1`, [mebibyte - 3]],
    ["a name with which the second piece begins, once", `${"x".repeat(mebibyte)}/Encrypt 1`, [mebibyte]],
    ["a name with which the first piece ends", `${"x".repeat(mebibyte - 8)}/Encrypt 1`, [mebibyte - 8]],
  ])("is by %s", async (_, text, places) => {
    expect(await placesIn(text)).toEqual(places);
  });

  test("is looked for in 256 places at most, be they in one piece", async () => {
    const places = await placesIn("/Encrypt ".repeat(300));
    expect([places.length, places.at(-1)]).toEqual([256, 255 * 9]);
  });

  test("is hidden in whatever part of the file is read, and nothing else is", () => {
    const text = "ab/Encrypt 1 /Encrypt 2";
    const masked = (position: number, length: number) => {
      const bytes = Buffer.from(text).subarray(position, position + length);
      maskEncryption([2, 13], bytes, position);
      return bytes.toString();
    };
    expect([masked(0, 23), masked(3, 5), masked(4, 5), masked(0, 3), masked(14, 2)]).toEqual([
      "ab/Xncrypt 1 /Xncrypt 2",
      "Xncry",
      "ncryp",
      "ab/",
      "Xn",
    ]);
  });

  test.each<[string, object, boolean]>([
    ["nothing but files", { V: 4, CF: { StdCF: { CFM: "AESV2" } }, EFF: "StdCF" }, true],
    ["by a filter that does nothing", { V: 5, StmF: "Identity", StrF: "Identity" }, true],
    ["by a filter of no method", { V: 4, CF: { Own: { CFM: "None" } }, StmF: "Own", StrF: "Own" }, true],
    ["by a filter without a method", { V: 4, CF: { Own: { AuthEvent: "EFOpen" } }, StmF: "Own", StrF: "Own" }, true],
    ["streams", { V: 4, CF: { StdCF: { CFM: "AESV2" } }, StmF: "StdCF", StrF: "Identity" }, false],
    ["strings", { V: 4, CF: { StdCF: { CFM: "AESV3" } }, StmF: "Identity", StrF: "StdCF" }, false],
    ["by a filter that is not there", { V: 4, StmF: "StdCF", StrF: "StdCF" }, false],
    ["as the first versions do, which have no filters", { V: 2 }, false],
  ])("protects %s", (_, encryption, readable) => {
    const document = new mupdf.PDFDocument();
    document.getTrailer().put("Xncrypt", document.addObject(encryption));
    expect(leavesContentAlone(document)).toBe(readable);
    document.destroy();
  });
});

describe("the boxes of a page", () => {
  const media = [0, 0, 600, 800];
  test.each<[string, number[] | undefined, number | undefined, string, string]>([
    ["a crop box inside", [10, 10, 300, 300], undefined, "[10 10 300 300]", "null"],
    ["one with its corners the other way round", [300, 300, 10, 10], undefined, "[300 300 10 10]", "null"],
    ["one outside", [700, 0, 900, 800], undefined, "[0 0 600 800]", "null"],
    ["one that touches only", [600, 0, 900, 800], undefined, "[0 0 600 800]", "null"],
    ["one without area", [10, 10, 10, 300], undefined, "[0 0 600 800]", "null"],
    ["one of three numbers", [10, 10, 300], undefined, "[0 0 600 800]", "null"],
    ["none", undefined, 2, "null", "2"],
    ["a unit of nothing", undefined, 0, "null", "null"],
    ["a negative unit", undefined, -1, "null", "null"],
  ])("with %s are what other readers see", (_, crop, unit, cropAfter, unitAfter) => {
    const document = new mupdf.PDFDocument();
    const page = document.addObject({
      Type: "Page",
      MediaBox: media,
      ...(crop && { CropBox: crop }),
      ...(unit !== undefined && { UserUnit: unit }),
    });
    mendBoxes(page);
    expect([page.get("CropBox").toString(true), page.get("UserUnit").toString()]).toEqual([cropAfter, unitAfter]);
    document.destroy();
  });
});

describe("a path through links", () => {
  test.each([
    [40, true],
    [41, false],
  ])("of %d links is followed to its end: %p", async (links, reached) => {
    const chain = join(folder, `chain-${links}`);
    await mkdir(chain);
    await Bun.write(join(chain, "0"), "x");
    for (let link = 1; link <= links; link += 1) await symlink(String(link - 1), join(chain, String(link)));
    const found = await canonicalise(join(chain, String(links)));
    expect(found).toEqual(reached ? { path: join(chain, "0"), reached } : { path: chain, reached });
  });
});
