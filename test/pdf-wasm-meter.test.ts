import { describe, expect, test } from "bun:test";
import { createPdfPool } from "../src/pdf/pool.ts";
import { meterModule } from "../src/pdf/wasm-meter.ts";
import { badDocuments } from "./support/bad-documents.ts";
import { poolOptions } from "./support/pdf-pool.ts";
import { refusalOf } from "./support/refusal-of.ts";
import { until } from "./support/until.ts";

const header = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
/** LEB128 of what needs two bytes at most. */
const size = (length: number) => (length < 128 ? [length] : [(length & 127) | 128, length >> 7]);
const section = (id: number, ...content: number[]) => [id, ...size(content.length), ...content];
/** `count(i32) -> i32` calls itself until its parameter is 0; its body is padded to be worth a check. */
const padding = Array(40).fill([0x20, 0, 0x1a]).flat();
const body = [
  ...[1, 1, 0x7e],
  ...padding,
  ...[0x20, 0, 0x04, 0x7f, 0x20, 0, 0x41, 1, 0x6b, 0x10, 1, 0x05, 0x41, 7, 0x0b, 0x0b],
];
/** `count(i32) -> i32` goes round a loop until its parameter is 0; it calls nothing, and has variables of its own. */
const roundBody = [
  ...[2, 1, 0x7e, 2, 0x7c],
  ...[0x03, 0x40, 0x20, 0, 0x41, 1, 0x6b, 0x22, 0, 0x0d, 0, 0x0b],
  ...[0x41, 7, 0x0b],
];
/** The same, but it goes round for ever. */
const endlessBody = [0, 0x03, 0x40, 0x0c, 0, 0x0b, 0x41, 7, 0x0b];
const types = section(1, 2, 0x60, 0, 0, 0x60, 1, 0x7f, 1, 0x7f);
const imports = section(2, 1, 1, 0x65, 1, 0x66, 0, 0);
const restWith = (code: readonly number[]) => [
  ...section(3, 1, 1),
  ...section(6, 1, 0x7f, 0, 0x41, 5, 0x0b),
  ...section(7, 1, 1, 0x63, 0, 1),
  ...section(10, 1, ...size(code.length), ...code),
];
const moduleWith = (code: readonly number[]) => Uint8Array.from([...header, ...types, ...imports, ...restWith(code)]);
const recursive = moduleWith(body);

function callable(value: unknown): (from: number) => number {
  if (typeof value !== "function") throw new Error("not a function");
  return (from) => Number(value(from));
}

describe("a metered module", () => {
  test.each([
    [1, 101],
    [10, 10],
    [100, 1],
    [1000, 0],
  ])("that looks up every %i calls does so %i times in 101 calls, and computes the same", (callsPerCheck, looks) => {
    const { bytes, check } = meterModule(recursive, callsPerCheck);
    expect(check).toEqual({ module: "e", name: "f" });
    let looked = 0;
    const look = () => {
      looked += 1;
    };
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { e: { f: look } });
    expect(callable(exports.c)(100)).toBe(7);
    expect(looked).toBe(looks);
  });

  // A function with a loop is charged 64 calls, and 512 for every 4,096 rounds.
  test.each([
    { name: "one round", rounds: [1], looks: 0 },
    { name: "not quite two charges", rounds: [8191], looks: 0 },
    { name: "two charges", rounds: [8192], looks: 1 },
    { name: "four charges", rounds: [16_384], looks: 2 },
    { name: "not quite four charges", rounds: [8192 + 8191], looks: 1 },
    { name: "16 calls that are too short for a charge", rounds: Array(16).fill(4095), looks: 1 },
    { name: "47 calls of one round", rounds: Array(47).fill(1), looks: 2 },
  ])("that may make 1,024 calls looks up $looks times ($name), and computes the same", ({ rounds, looks }) => {
    const { bytes } = meterModule(moduleWith(roundBody), 1024);
    let looked = 0;
    const look = () => {
      looked += 1;
    };
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { e: { f: look } });
    for (const count of rounds) expect(callable(exports.c)(count)).toBe(7);
    expect(looked).toBe(looks);
  });

  test.each([
    ["an endless recursion", recursive, 10],
    ["an endless loop that calls nothing", moduleWith(endlessBody), 100_000],
  ])("ends %s where the check throws", (_, endless, callsPerCheck) => {
    const { bytes } = meterModule(endless, callsPerCheck);
    const stop = () => {
      throw new Error("enough");
    };
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { e: { f: stop } });
    expect(() => callable(exports.c)(100)).toThrow("enough");
  });

  test.each([
    ["what is no module", Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8, 9])],
    ["a module with an instruction that is not known", moduleWith([0, 0xff, 0x0b])],
    ["a module that imports nothing of use", Uint8Array.from([...header, ...types, ...restWith(body)])],
  ])("is not made of %s", (_, bytes) => {
    expect(() => meterModule(bytes, 10)).toThrow("WASM module");
  });
});

/** Whether the process computes for less than a third of the next tenth of a second; an endless thread takes it all. */
async function isAtRest(): Promise<boolean> {
  const before = process.cpuUsage();
  await Bun.sleep(100);
  const { user, system } = process.cpuUsage(before);
  return user + system < 33_000;
}

test("an endless page ends at its time, and no thread of it runs on", async () => {
  const { signal } = new AbortController();
  const pool = createPdfPool({ ...poolOptions, workers: 1, pageTimeoutMs: 300 });
  await until(() => pool.status().ready === 1);
  for (const name of ["a pattern of endless tiny tiles", "a content stream that inflates to 3 GB of blanks"]) {
    for (let time = 0; time < 3; time += 1) {
      const bytes = Buffer.concat([badDocuments.get(name)?.() ?? new Uint8Array(), Buffer.from(`%${time}`)]);
      const document = await pool.open(bytes, "pdf", signal);
      const work = document
        .readPages([1], signal)
        .then(() => document.render(1, { longestSidePx: 1800, turnDegrees: 0 }, signal));
      expect(await refusalOf(work)).toMatchObject({ code: "document_too_complex" });
      document.close();
    }
  }
  expect(pool.status().respawns).toBe(6);
  await until(() => pool.status().ready === 1);
  let rested = false;
  for (let look = 0; look < 50 && !rested; look += 1) rested = await isAtRest();
  expect(rested).toBe(true);
  await pool.close();
}, 30_000);
