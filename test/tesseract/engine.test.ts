import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sarabun } from "../../scripts/eval/fonts.ts";
import { placedPdf, renderGrey } from "../../scripts/eval/render-document.ts";
import { SidecarError } from "../../src/errors.ts";
import { inspectDetectorFile, textDetectorFile } from "../../src/tesseract/detector-file.ts";
import { createTesseractEngine, type TesseractEngineOptions } from "../../src/tesseract/engine.ts";
import { numberReader } from "../../src/tesseract/number-reader-file.ts";
import { refusalOf } from "../support/refusal-of.ts";
import { drawing, greyPng, quarterTurn, thaiPage } from "../support/thai-page.ts";
import { writeKnowAll } from "../support/tiny-recogniser.ts";
import { until } from "../support/until.ts";

// Real processes on a busy machine of two cores.
setDefaultTimeout(60_000);

const options: TesseractEngineOptions = {
  processes: 1,
  queueLimit: 4,
  maxWaitMs: 20_000,
  pageTimeoutMs: 20_000,
  maxPageCpuMs: 20_000,
  idleMs: 20_000,
  recyclePages: 100,
  maxHeapBytes: 512 * 2 ** 20,
  maxMemoryBytes: 1024 * 2 ** 20,
  maxPixels: 10_000_000,
  detectorFile: undefined,
  numberReader,
};
const anySignal = new AbortController().signal;
/** A network that opens, and throws whenever it is run: it takes pictures that are 48 pixels high only. */
const failingDetector = async (folder: string) => (await writeKnowAll(folder, "x", 1)).model;
/** The warning of a page that was read without the text detector, as most are here. */
const across = "the text detector could not be used: columns and tables are read straight across the page";

const sentence = "ผู้รับจ้างต้องส่งแบบก่อสร้างที่แก้ไขแล้วภายใน 7 วัน";
const page = await thaiPage(`<p>${sentence}</p>`.repeat(3));
const small = greyPng(await thaiPage(`<p>${sentence}</p>`));
const long = greyPng(await thaiPage(`<p>${sentence} ${sentence} ${sentence}</p>`.repeat(12)));

const codeOf = async (promise: Promise<unknown>) => {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return error instanceof SidecarError ? error.code : error;
};

/** An engine that does what its picture says. */
const hostileEngine = (other: Partial<TesseractEngineOptions> = {}) =>
  createTesseractEngine({
    ...options,
    program: new URL("../support/hostile-tesseract-program.ts", import.meta.url),
    ...other,
  });
const order = (task: string) => new TextEncoder().encode(task);

describe("the embedded engine, which takes seconds for a page", () => {
  const engine = createTesseractEngine(options);
  afterAll(() => engine.close());

  test("starts nothing before the first page", () => {
    expect(engine.status()).toEqual({
      processes: 1,
      ready: 0,
      busy: 0,
      queued: 0,
      replaced: 0,
      recycled: 0,
      abandoned: 0,
    });
  });

  test("reads a Thai page", async () => {
    const reading = await engine.read(small, anySignal);
    expect(reading.text.replaceAll("\u0E4D\u0E32", "\u0E33")).toBe(sentence);
    expect(reading.warnings).toEqual([across]);
    expect(reading.inkOutside).toBeLessThan(0.1);
    await until(() => engine.status().busy === 0);
    expect(engine.status()).toMatchObject({ ready: 1 });
  });

  test.each([
    ["pale print on grey paper", 230, 188],
    ["faint print on dark ground", 70, 120],
  ])("reads %s", async (_, ground, ink) => {
    const { data, ...size } = await thaiPage(`<p>${sentence}</p>`, 1200);
    const levels = data.map((level) => ink + ((ground - ink) * level) / 255);
    const reading = await engine.read(greyPng({ ...size, data: levels }), anySignal);
    expect(reading.text.replaceAll("\u0E4D\u0E32", "\u0E33")).toBe(sentence);
  });

  test("reads an empty page as nothing", async () => {
    expect(await engine.read(greyPng(drawing(800, 1100, [])), anySignal)).toMatchObject({ text: "", inkOutside: 0 });
  });

  test("tells how a page lies", async () => {
    const turned = quarterTurn(page);
    const [upright, onItsSide] = await Promise.all(
      [page, turned].map((image) => engine.detectOrientation(greyPng(image), anySignal)),
    );
    expect(upright?.turnDegrees).toBe(0);
    expect(onItsSide?.turnDegrees).toBe(270);
    expect(await engine.detectOrientation(greyPng(drawing(800, 1100, [])), anySignal)).toMatchObject({
      turnDegrees: 0,
    });
  });

  test.each([
    ["nothing", new Uint8Array()],
    ["garbage", new Uint8Array(5000).fill(1)],
    ["half a picture", small.subarray(0, small.length >> 1)],
    ["a picture that is too large", greyPng(drawing(4000, 3000, []))],
  ])("refuses %s and reads on with the same process", async (_, png) => {
    expect(await codeOf(engine.read(png, anySignal))).toBe("ocr_failed");
    expect(engine.status()).toMatchObject({ ready: 1, replaced: 0 });
  });

  test("stops reading when the caller goes away, and reads the next page", async () => {
    const caller = new AbortController();
    const reading = engine.read(long, caller.signal);
    await until(() => engine.status().busy === 1);
    const reason = new Error("gone");
    caller.abort(reason);
    expect(await codeOf(reading)).toBe(reason);
    await until(() => engine.status().abandoned === 1);
    expect((await engine.read(small, anySignal)).text).not.toBe("");
  });
});

describe("columns of a scan", () => {
  const columns = [
    ["The contractor keeps the site clean", "and removes all waste from it at the", "end of each week without delay."],
    ["Cranes are inspected every month by", "a licensed engineer, who leaves his", "report at the office of the site."],
  ];
  const parts = columns.flatMap((lines, column) =>
    lines.map((html, line) => ({ html, left: 40 + 270 * column, top: 40 + 24 * line, width: 400, sizePt: 14 })),
  );
  const read = async (detectorFile: string | undefined) => {
    const png = greyPng(renderGrey(placedPdf(parts, [], await sarabun()), 1400));
    const engine = createTesseractEngine({ ...options, detectorFile });
    try {
      const { text, warnings } = await engine.read(png, anySignal);
      return { text: text.replace(/\s+/g, " "), warnings };
    } finally {
      await engine.close();
    }
  };

  test("are read one after the other with the text detector", async () => {
    expect(textDetectorFile.state).toBe("present");
    expect(await read(textDetectorFile.path)).toEqual({ text: columns.flat().join(" "), warnings: [] });
  });

  const rows = columns[0]?.map((left, line) => `${left} ${columns[1]?.[line]}`).join(" ") ?? "";

  test("are read straight across without it, and the page says so", async () => {
    expect(await read(undefined)).toEqual({ text: rows, warnings: [across] });
  });

  test("are read straight across where its file is cut or it fails, and the page says so", async () => {
    const folder = await mkdtemp(join(tmpdir(), "detector-"));
    const cut = join(folder, "cut.onnx");
    const whole = await Bun.file(textDetectorFile.path).bytes();
    await Bun.write(cut, whole.subarray(0, whole.length >> 1));
    expect(await read(cut)).toEqual({ text: rows, warnings: [across] });
    expect(await read(await failingDetector(folder))).toEqual({ text: rows, warnings: [across] });
    await rm(folder, { recursive: true });
  });
});

describe("a drawing that lies on its side", () => {
  const words = ["ROOF BEAM RB1", "STAIR ST-02", "COLUMN C2", "GRID LINE B", "WATER TANK", "LIFT SHAFT", "FIRE EXIT"];
  const parts = [...words, ...words].map((html, at) => {
    return { html, left: 40 + ((at * 197) % 420), top: 40 + 55 * at, width: 200, sizePt: 10 };
  });

  test.each<[string, (folder: string) => Promise<string> | string | undefined, number]>([
    ["is turned with the text detector", () => textDetectorFile.path, 270],
    ["is left without it, for its few words do not tell enough", () => undefined, 0],
    ["is left where it fails", failingDetector, 0],
  ])("%s", async (_, detectorIn, turnDegrees) => {
    const folder = await mkdtemp(join(tmpdir(), "detector-"));
    const detectorFile = await detectorIn(folder);
    const drawn = quarterTurn(renderGrey(placedPdf(parts, [], await sarabun()), 1600));
    const engine = createTesseractEngine({ ...options, detectorFile });
    try {
      expect(await engine.detectOrientation(greyPng(drawn), anySignal)).toMatchObject({ turnDegrees });
    } finally {
      await engine.close();
      await rm(folder, { recursive: true });
    }
  });
});

test("the file of the text detector is taken only as it was made", async () => {
  const folder = await mkdtemp(join(tmpdir(), "detector-"));
  const whole = await Bun.file(textDetectorFile.path).bytes();
  const files = {
    whole,
    cut: whole.subarray(0, -1),
    changed: whole.with(whole.length >> 1, 77),
    empty: whole.subarray(0, 0),
  };
  const states: Record<string, string> = {};
  for (const [name, bytes] of Object.entries({ ...files })) {
    await Bun.write(join(folder, name), bytes);
    states[name] = inspectDetectorFile(join(folder, name)).state;
  }
  states.absent = inspectDetectorFile(join(folder, "absent")).state;
  states.folder = inspectDetectorFile(folder).state;
  await rm(folder, { recursive: true });
  expect(states).toEqual({
    ...{ whole: "present", cut: "damaged", changed: "damaged", empty: "damaged" },
    ...{ absent: "missing", folder: "missing" },
  });
});

describe("the limits of the embedded engine", () => {
  test("a page that takes too long fails and its process is replaced", async () => {
    const engine = createTesseractEngine({ ...options, pageTimeoutMs: 300 });
    expect(await codeOf(engine.read(long, anySignal))).toBe("page_timeout");
    await until(() => engine.status().replaced === 1);
    expect(engine.status()).toMatchObject({ ready: 0, busy: 0 });
    await engine.close();
  });

  test("a page that takes too much CPU time fails and says so, and the next one is read", async () => {
    const engine = hostileEngine({ maxPageCpuMs: 300 });
    const error = await refusalOf(engine.read(order("loop"), anySignal));
    expect(error).toMatchObject({ code: "page_timeout", message: expect.stringContaining("0.3 s of CPU time") });
    expect((await engine.read(order("ok"), anySignal)).text).toBe("ok");
    await engine.close();
  });

  test("a process that is stopped is ended by the clock", async () => {
    const engine = hostileEngine({ pageTimeoutMs: 500 });
    expect(await codeOf(engine.read(order("stop"), anySignal))).toBe("page_timeout");
    expect((await engine.read(order("ok"), anySignal)).text).toBe("ok");
    await engine.close();
  });

  test("a full queue is busy, and a page that waits leaves it with its caller", async () => {
    const engine = createTesseractEngine({ ...options, queueLimit: 1 });
    const waiting = new AbortController();
    const first = codeOf(engine.read(long, anySignal));
    const second = codeOf(engine.read(long, waiting.signal));
    await until(() => engine.status().busy === 1 && engine.status().queued === 1);
    const busy = await refusalOf(engine.read(long, anySignal));
    expect(busy).toMatchObject({ code: "ocr_busy", retryAfterSeconds: 5 });
    const reason = new Error("gone");
    waiting.abort(reason);
    expect(await second).toBe(reason);
    await engine.close();
    expect(await first).toBe("shutting_down");
  });

  test("a process is started with the bounds and files that were set, and one block of memory", async () => {
    const recogniser = { model: "/a.onnx", dictionary: "/a.txt" };
    const numbers = { model: "/n.onnx", dictionary: "/n.txt" };
    const engines = [
      hostileEngine({ maxPixels: 7, detectorFile: "/d.onnx", recogniser, numberReader: numbers }),
      hostileEngine({ maxPixels: 8, numberReader: undefined }),
    ];
    const told: unknown[] = [];
    for (const engine of engines) {
      told.push(JSON.parse((await engine.read(order("told"), anySignal)).text));
      await engine.close();
    }
    expect(told).toEqual([
      { argv: ["7", "/d.onnx", "/a.onnx", "/a.txt", "/n.onnx", "/n.txt"], arenas: "1" },
      { argv: ["8", "", "", "", "", ""], arenas: "1" },
    ]);
  });

  test("an answer to what was not asked is a fault of the service, and why a page was refused is kept for the log", async () => {
    const engine = hostileEngine();
    expect(await codeOf(engine.read(order("astray"), anySignal))).toBe("internal_error");
    expect(await codeOf(engine.detectOrientation(order("ok"), anySignal))).toBe("internal_error");
    expect(await engine.detectOrientation(order("astray"), anySignal)).toMatchObject({ turnDegrees: 0, confidence: 0 });
    expect(await refusalOf(engine.read(order("refuse"), anySignal))).toMatchObject({
      code: "ocr_failed",
      cause: "refuse",
    });
    await engine.close();
  });

  test("a process is recycled after its number of pages", async () => {
    const engine = hostileEngine({ recyclePages: 1, idleMs: 0 });
    await engine.read(order("ok"), anySignal);
    await until(() => engine.status().ready === 0);
    expect(engine.status()).toMatchObject({ queued: 0, replaced: 0, recycled: 1 });
    await engine.close();
  });

  test("a process that has grown is recycled, and its page counts", async () => {
    const engine = hostileEngine();
    expect((await engine.read(order("swell"), anySignal)).text).toBe("swell");
    await until(() => engine.status().recycled === 1);
    expect((await engine.read(order("ok"), anySignal)).text).toBe("ok");
    expect(engine.status()).toMatchObject({ ready: 1, replaced: 0, recycled: 1 });
    await engine.close();
  });

  test("an idle process is ended after the time that was set, and not before", async () => {
    const [patient, impatient] = [60_000, 50].map((idleMs) => hostileEngine({ idleMs }));
    for (const engine of [patient, impatient]) await engine?.read(order("ok"), anySignal);
    await until(() => impatient?.status().ready === 0);
    expect(impatient?.status()).toMatchObject({ replaced: 0, recycled: 0, abandoned: 0 });
    expect(patient?.status()).toMatchObject({ ready: 1 });
    for (const engine of [patient, impatient]) await engine?.close();
  });

  test("a process that says what none says, or takes too much memory, ends alone and its page fails", async () => {
    const engine = hostileEngine({ maxMemoryBytes: 300 * 2 ** 20 });
    for (const task of ["garbage", "grow"])
      expect(await codeOf(engine.read(order(task), anySignal))).toBe("ocr_failed");
    expect((await engine.read(order("ok"), anySignal)).text).toBe("ok");
    expect(engine.status()).toMatchObject({ ready: 1, replaced: 2 });
    await engine.close();
  });

  test.each([
    ["a broken engine is replaced", "break", 1],
    ["an engine that only refuses a page is kept", "refuse", 0],
  ])("%s, and the next page is read", async (_, task, replaced) => {
    const engine = hostileEngine();
    expect(await codeOf(engine.read(order(task), anySignal))).toBe("ocr_failed");
    expect((await engine.read(order("ok"), anySignal)).text).toBe("ok");
    expect(engine.status()).toMatchObject({ ready: 1, replaced });
    await engine.close();
  });

  test("closing leaves no file descriptor open and refuses further pages", async () => {
    const descriptors = () => readdirSync("/proc/self/fd").length;
    const cycle = async () => {
      const engine = hostileEngine();
      await engine.read(order("ok"), anySignal);
      await engine.close();
      expect(engine.status()).toMatchObject({ ready: 0, busy: 0 });
      expect(await codeOf(engine.read(small, anySignal))).toBe("shutting_down");
    };
    await cycle();
    const before = descriptors();
    await cycle();
    await cycle();
    await until(() => descriptors() <= before);
  });
});
