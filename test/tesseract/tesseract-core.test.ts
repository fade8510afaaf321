import { describe, expect, setDefaultTimeout, spyOn, test } from "bun:test";
import { readPage } from "../../src/tesseract/lines/read-picture.ts";
import { crop } from "../../src/tesseract/picture/grey-image.ts";
import {
  createTesseractCore,
  type DataName,
  engineModes,
  openTesseractApi,
  openTextApis,
  type TesseractApi,
  type TesseractCore,
} from "../../src/tesseract/tesseract-core.ts";
import { thaiPage } from "../support/thai-page.ts";

// The recogniser takes seconds on a busy machine of two cores.
setDefaultTimeout(60_000);

const wasmPageBytes = 65_536;
const page = await thaiPage("<p>ประชุมวันจันทร์ Monday meeting</p>");
const line = crop(page, { left: 0, top: 0, width: page.width, height: 260 }, 0);

/** A core without a recogniser, and what was asked of it. */
function fakeCore(initialised: number) {
  const written = new Map<string, Uint8Array>();
  const asked: unknown[] = [];
  class Api implements TesseractApi {
    Init(...args: Parameters<TesseractApi["Init"]>) {
      asked.push([...args, [...written.keys()]]);
      return initialised;
    }
    SetVariable = () => true;
    SetImageFile = () => 0;
    Recognize = () => 0;
    GetUTF8Text = () => "";
    GetTSVText = () => "";
    MeanTextConf = () => 0;
    DetectOS = () => false;
    Clear = () => undefined;
  }
  const core: TesseractCore = {
    FS: { writeFile: (path, data) => written.set(path, data) },
    TessBaseAPI: Api,
    OSResults: class {
      best_result = { orientation_id: 0, oconfidence: 0 };
    },
    destroy: () => undefined,
    heapBytes: () => 0,
  };
  return { core, written, asked, Api };
}

describe("trained data", () => {
  test.each<[DataName[], number, string]>([
    [["tha", "eng"], engineModes.neuralNetwork, "tha+eng"],
    [["osd"], engineModes.legacy, "osd"],
  ])("%p are there, unpacked, when an interface is opened with them", async (names, mode, languages) => {
    const { core, written, asked, Api } = fakeCore(0);
    expect(await openTesseractApi(core, names, mode)).toBeInstanceOf(Api);
    expect(asked).toEqual([[null, languages, mode, names.map((name) => `${name}.traineddata`)]]);
    // What is packed begins with 1F 8B; the smallest of the three takes 4 MB.
    for (const data of written.values()) {
      expect([data[0], data[1]]).not.toEqual([0x1f, 0x8b]);
      expect(data.byteLength).toBeGreaterThan(1_000_000);
    }
  });

  test("are other ones for each language", async () => {
    const { core, written } = fakeCore(0);
    await openTesseractApi(core, ["tha", "eng", "osd"], engineModes.neuralNetwork);
    expect(new Set([...written.values()].map(({ byteLength }) => byteLength)).size).toBe(3);
  });

  test("for reading are unpacked once, and those of one language are loaded when a line is read with them", async () => {
    const { core, asked } = fakeCore(0);
    const write = spyOn(core.FS, "writeFile");
    const loaded = (...languages: string[]) =>
      languages.map((names) => [null, names, engineModes.neuralNetwork, ["tha.traineddata", "eng.traineddata"]]);
    const apis = await openTextApis(core);
    expect(asked).toEqual(loaded("tha+eng"));
    expect(apis.english).toBe(apis.english);
    expect(apis.thai).not.toBe(apis.english);
    expect(asked).toEqual(loaded("tha+eng", "eng", "tha"));
    expect(write).toHaveBeenCalledTimes(2);
  });

  test.each([-1, 1])("that cannot be loaded are an error that names them: %p", async (code) => {
    const { core } = fakeCore(code);
    const opened = openTesseractApi(core, ["tha", "eng"], engineModes.neuralNetwork);
    expect(opened).rejects.toThrow("The data tha+eng cannot be loaded.");
  });
});

describe("the recogniser", () => {
  test.each([
    ["with SIMD", undefined],
    ["on a CPU without it", () => Promise.resolve(false)],
  ])("reads Thai and English from its own data %s, and tells its memory", async (_, detectSimd) => {
    const core = await createTesseractCore(detectSimd);
    const before = core.heapBytes();
    expect(before).toBeGreaterThan(0);
    expect(before % wasmPageBytes).toBe(0);
    const thaiAndEnglish = await openTesseractApi(core, ["tha", "eng"], engineModes.neuralNetwork);
    expect(readPage(core, thaiAndEnglish, line).text.replace(/\s+/g, " ")).toBe("ประชุมวันจันทร์ Monday meeting");
    const english = await openTesseractApi(core, ["eng"], engineModes.neuralNetwork);
    expect(readPage(core, english, line).text).toMatch(/^[^ก-๛]*Monday meeting$/);
    expect(core.heapBytes()).toBeGreaterThan(before);
    expect(core.heapBytes() % wasmPageBytes).toBe(0);
  });

  test("is another build on a CPU without SIMD", async () => {
    using compile = spyOn(WebAssembly, "compile");
    await createTesseractCore(() => Promise.resolve(true));
    await createTesseractCore(() => Promise.resolve(false));
    const [withSimd, plain] = compile.mock.calls.map(([bytes]) => bytes.byteLength);
    expect([withSimd, plain]).not.toContain(undefined);
    expect(withSimd).not.toBe(plain);
  });

  test("fails, and waits for nothing, where its WASM cannot be instantiated", async () => {
    const refusal = new Error("No memory for it.");
    using _ = spyOn(WebAssembly, "instantiate").mockRejectedValueOnce(refusal);
    expect(await createTesseractCore().catch((error: unknown) => error)).toBe(refusal);
  });

  test("writes nothing beside the log of the service", async () => {
    const module = (path: string) => JSON.stringify(new URL(`../../src/tesseract/${path}`, import.meta.url).pathname);
    const program = `
      import { createTesseractCore, openTesseractApi, engineModes } from ${module("tesseract-core.ts")};
      import { readPage } from ${module("lines/read-picture.ts")};
      const core = await createTesseractCore();
      const api = await openTesseractApi(core, ["eng"], engineModes.neuralNetwork);
      const blank = { width: 300, height: 200, data: new Uint8Array(60_000).fill(255) };
      readPage(core, api, blank);
      try { readPage(core, api, { width: 2, height: 2, data: new Uint8Array(0) }); } catch {}
      console.log("read");
    `;
    const child = Bun.spawn([process.execPath, "-e", program], { stdout: "pipe", stderr: "pipe" });
    const [out, err] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
      child.exited,
    ]);
    expect({ out, err }).toEqual({ out: "read\n", err: "" });
  });
});
