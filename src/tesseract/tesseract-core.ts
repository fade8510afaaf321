import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import engData from "@tesseract.js-data/eng/4.0.0_best_int/eng.traineddata.gz" with { type: "file" };
import osdData from "@tesseract.js-data/osd/4.0.0_best_int/osd.traineddata.gz" with { type: "file" };
import thaData from "@tesseract.js-data/tha/4.0.0_best_int/tha.traineddata.gz" with { type: "file" };
import plainWasm from "tesseract.js-core/tesseract-core.wasm" with { type: "file" };
import simdWasm from "tesseract.js-core/tesseract-core-simd.wasm" with { type: "file" };
import { simd } from "wasm-feature-detect";
import { z } from "zod";
import { once } from "./once.ts";

/** Tesseract's C++ interface as Emscripten binds it; what the service calls of it. */
export interface TesseractApi {
  /** 0 when it worked. */
  Init(dataPath: null, languages: string, engineMode: number): number;
  SetVariable(name: string, value: string): boolean;
  /** Takes the file `/input`; 0 when it could be read. */
  SetImageFile(exifOrientation: number, angle: number): number;
  Recognize(monitor: null): number;
  GetUTF8Text(): string;
  GetTSVText(page: number): string;
  MeanTextConf(): number;
  DetectOS(results: OrientationResults): boolean;
  Clear(): void;
}

/** Interfaces that read text, by the languages of their trained data. */
export interface TextApis {
  readonly thaiAndEnglish: TesseractApi;
  readonly thai: TesseractApi;
  readonly english: TesseractApi;
}

interface OrientationResults {
  readonly best_result: { readonly orientation_id: number; readonly oconfidence: number };
}

interface CoreModule {
  FS: { writeFile(path: string, data: Uint8Array): void };
  TessBaseAPI: new () => TesseractApi;
  OSResults: new () => OrientationResults;
  destroy(object: TesseractApi | OrientationResults): void;
}

interface CoreOptions {
  print(line: string): void;
  printErr(line: string): void;
  instantiateWasm(imports: WebAssembly.Imports, receive: (instance: WebAssembly.Instance) => void): object;
}

type CreateCore = (options: CoreOptions) => Promise<CoreModule>;

export interface TesseractCore extends CoreModule {
  /** Bytes of the WASM memory, which grows and never shrinks. */
  heapBytes(): number;
}

/** Tesseract's own numbers; the orientation data are for the legacy recogniser only. */
export const engineModes = { legacy: 0, neuralNetwork: 1 } as const;

export type DataName = "tha" | "eng" | "osd";

/**
 * Instantiates the recogniser from the package's own files: nothing is fetched, whatever is missing. The build with
 * both recognisers is taken (orientation needs the legacy one); on LSTM pages it is as fast as the smaller one.
 * Relaxed SIMD is left out: no faster, and its results may differ from one CPU to the next.
 *
 * @param detectSimd whether the CPU has the instructions of the faster build
 */
export async function createTesseractCore(detectSimd = simd): Promise<TesseractCore> {
  const hasSimd = await detectSimd();
  const createCore = createCoreSchema.parse(
    hasSimd
      ? (await import("tesseract.js-core/tesseract-core-simd.js")).default
      : (await import("tesseract.js-core/tesseract-core.js")).default,
  );
  const wasm = await WebAssembly.compile(await readFile(hasSimd ? simdWasm : plainWasm));
  let memory: WebAssembly.Memory | undefined;
  const core = await new Promise<CoreModule>((resolve, reject) => {
    createCore({
      // Its messages are about the picture's resolution and the like, and would go past the service's log.
      print: () => {},
      printErr: () => {},
      instantiateWasm: (imports, receive) => {
        WebAssembly.instantiate(wasm, imports).then((instance) => {
          memory = Object.values(instance.exports).find((value) => value instanceof WebAssembly.Memory);
          receive(instance);
        }, reject);
        return {};
      },
    }).then(resolve, reject);
  });
  return Object.assign(core, { heapBytes: () => memory?.buffer.byteLength ?? 0 });
}

/** Opens an interface with these trained data, the first being the main language. Throws when they cannot be loaded. */
export async function openTesseractApi(
  core: TesseractCore,
  names: readonly DataName[],
  engineMode: number,
): Promise<TesseractApi> {
  await unpack(core, names);
  return openUnpacked(core, names, engineMode);
}

/** Opens the interface that reads pages; those of one language open when a line is read with them, if there is one. Throws when their data cannot be loaded. */
export async function openTextApis(core: TesseractCore): Promise<TextApis> {
  await unpack(core, ["tha", "eng"]);
  const open = (...names: DataName[]) => openUnpacked(core, names, engineModes.neuralNetwork);
  const thai = once(() => open("tha"));
  const english = once(() => open("eng"));
  return {
    thaiAndEnglish: open("tha", "eng"),
    get thai() {
      return thai();
    },
    get english() {
      return english();
    },
  };
}

/** Puts trained data where the recogniser finds them. */
async function unpack(core: TesseractCore, names: readonly DataName[]): Promise<void> {
  for (const name of names) core.FS.writeFile(`${name}.traineddata`, await unzip(await readFile(dataPaths[name])));
}

function openUnpacked(core: TesseractCore, names: readonly DataName[], engineMode: number): TesseractApi {
  const api = new core.TessBaseAPI();
  if (api.Init(null, names.join("+"), engineMode) !== 0)
    throw new Error(`The data ${names.join("+")} cannot be loaded.`);
  return api;
}

/** With the packages' other variant, `4.0.0`, every Thai letter gets a blank behind it. */
const dataPaths: Readonly<Record<DataName, string>> = { tha: thaData, eng: engData, osd: osdData };

const createCoreSchema = z.custom<CreateCore>((value) => typeof value === "function");

const unzip = promisify(gunzip);
