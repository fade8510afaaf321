import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { lstatSync, readFileSync, realpathSync } from "node:fs";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import fc from "fast-check";
import { SidecarError } from "../../src/errors.ts";
import { readBelowBase } from "../../src/pdf/files/path-guard.ts";
import { raceAgainstLinks } from "../support/link-race.ts";
import { openSpool, type TestSpool, textOf } from "../support/spool.ts";

setDefaultTimeout(60_000);

const { signal } = new AbortController();
const maxBytes = 1000;
const codes = ["invalid_path", "path_outside_base", "file_not_found"];

let root = "";
let base = "";
let spool: TestSpool;
beforeAll(async () => {
  spool = await openSpool();
  root = realpathSync(await mkdtemp(join(tmpdir(), "path-guard-properties-")));
  base = join(root, "uploads");
  for (const folder of ["uploads/a/b", "uploads/..a", "uploads/%2e%2e", "uploads_evil/a/b", "a/b"]) {
    await mkdir(join(root, folder), { recursive: true });
  }
  // Every file holds its own canonical path, so that what was read says where it stood.
  const files = [
    "uploads/f",
    "uploads/a/f",
    "uploads/a/b/f",
    "uploads/..a/f",
    "uploads/%2e%2e/f",
    "uploads/．．",
    "uploads/C:\\f",
  ];
  for (const file of [...files, "f", "a/f", "uploads_evil/f", "uploads_evil/a/f"]) {
    await writeFile(join(root, file), join(root, file));
  }
});
afterAll(async () => {
  expect(spool.status()).toEqual({ files: 0, bytes: 0 });
  await spool[Symbol.asyncDispose]();
  await rm(root, { recursive: true });
});

/** The text read, or the code of the refusal. */
async function read(path: string): Promise<{ text: string } | { code: string }> {
  try {
    return { text: await textOf(await readBelowBase({ base, path, maxBytes, spool, signal })) };
  } catch (error) {
    if (error instanceof SidecarError) return { code: error.code };
    throw error;
  }
}

function expectGuarded(answer: Awaited<ReturnType<typeof read>>, path: string): void {
  if ("code" in answer) expect(codes).toContain(answer.code);
  else {
    expect(answer.text).toStartWith(`${base}/`);
    expect(lstatSync(answer.text).isFile()).toBe(true);
    // What the kernel finds there, once the dots have taken away the names before them.
    expect(readFileSync(resolve(path), "utf8")).toBe(answer.text);
  }
}

const names = [
  "a",
  "b",
  "f",
  "uploads",
  "uploads_evil",
  "..a",
  "..",
  ".",
  "",
  "%2e%2e",
  "%2f",
  "%00",
  "\u2024\u2024",
] as const;
const oddNames = [
  "．．",
  "‥",
  "∕",
  "⁄",
  "\\..",
  "C:",
  "C:\\f",
  "f ",
  "F",
  "f\0",
  "\u0001",
  "\x7f",
  "\ud800",
  "~",
  "*",
  "f\n",
  "\u202e",
] as const;

const segment = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom("a", "b", "f", "..", ".") },
  { weight: 3, arbitrary: fc.constantFrom(...names) },
  { weight: 2, arbitrary: fc.constantFrom(...oddNames) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 8 }) },
);
const separator = fc.oneof(
  { weight: 9, arbitrary: fc.constant("/") },
  { weight: 1, arbitrary: fc.constantFrom("//", "/./", "\\", "∕", "%2f") },
);
const start = fc.oneof(
  { weight: 6, arbitrary: fc.constant("BASE/") },
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      ...["BASE", "BASE_evil/", "ROOT/", "/", "//", "//BASE/", "BASE/../", "BASE/../uploads/"],
      ...["file://BASE/", "C:/", "\\\\host\\", "", "BASE\\"],
    ),
  },
);
const pathArbitrary = fc
  .tuple(start, fc.array(fc.tuple(segment, separator), { maxLength: 5 }), segment)
  .map(([first, middle, last]) => first + middle.map(([name, mark]) => name + mark).join("") + last);

const placed = (path: string) => path.replace("BASE", base).replace("ROOT", root);

describe("for any path, the guard", () => {
  test("refuses with a code of the contract, or reads a regular file below the base", async () => {
    let reads = 0;
    const property = fc.asyncProperty(pathArbitrary, async (path) => {
      const answer = await read(placed(path));
      expectGuarded(answer, placed(path));
      if ("text" in answer) reads += 1;
    });
    await fc.assert(property, { numRuns: 5000 });
    expect(reads).toBeGreaterThan(30);
  });

  test("tells what is written as outside from the rest by the text alone", async () => {
    const property = fc.asyncProperty(fc.array(fc.constantFrom(...names), { maxLength: 8 }), async (segments) => {
      const path = `${base}/${segments.join("/")}`;
      const outside = !`${resolve(path)}/`.startsWith(`${base}/`);
      const answer = await read(path);
      if (outside) expect(answer).toEqual({ code: "path_outside_base" });
      else expect("code" in answer ? answer.code : "read").not.toBe("path_outside_base");
    });
    await fc.assert(property, { numRuns: 2000 });
  });
});

test("for any tree of links, the guard reads what the kernel would without the dots, and only below the base", async () => {
  const targets = [
    "..",
    "../..",
    ".",
    "a",
    "../a",
    "../uploads_evil",
    "f",
    "../f",
    "a/f",
    "/",
    "/etc/passwd",
    "BASE/a",
    "ROOT/a",
    "loop",
  ] as const;
  const places = ["l", "a/l", "a/b/l", "loop"] as const;
  const link = fc.tuple(fc.constantFrom(...places), fc.constantFrom(...targets, ...places));
  const walk = fc.array(fc.constantFrom("l", "a", "b", "f", "..", "uploads", "uploads_evil", "loop"), { maxLength: 7 });
  let made = 0;
  let reads = 0;
  const property = fc.asyncProperty(
    fc.uniqueArray(link, { selector: ([place]) => place, maxLength: 4 }),
    walk,
    async (links, steps) => {
      made += 1;
      for (const [place, target] of links) await symlink(placed(target), join(base, place));
      const path = [base, ...steps].join("/");
      try {
        const answer = await read(path);
        expectGuarded(answer, path);
        if ("text" in answer) reads += 1;
      } finally {
        for (const [place] of links) await rm(join(base, place));
      }
    },
  );
  await fc.assert(property, { numRuns: 1500 });
  expect(made).toBeGreaterThan(1000);
  expect(reads).toBeGreaterThan(20);
});

test("while links and folders change places all the time, not one byte from outside is read", async () => {
  const { answers, leaks } = await raceAgainstLinks({ reads: 10_000 });
  expect(leaks).toBe(0);
  expect(answers.inside).toBeGreaterThan(0);
  expect(answers.path_outside_base).toBeGreaterThan(0);
});
