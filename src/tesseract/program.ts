import { messageOf } from "../errors.ts";
import { answerParent } from "../processes/child-program.ts";
import { detectPageOrientation } from "./detect-orientation.ts";
import { openTextDetector, type TextDetector } from "./lines/text-detector.ts";
import { type EngineReply, type EngineRequest, engineArguments, engineRequest } from "./messages.ts";
import { once } from "./once.ts";
import { doLinesRunDown, isUnsureQuarterTurn } from "./orientation.ts";
import { decodeGreyPng } from "./picture/grey-image.ts";
import { recognisePage } from "./recognise-page.ts";
import { type LineRecogniser, openLineRecogniser } from "./recogniser/line-recogniser.ts";
import {
  createTesseractCore,
  engineModes,
  openTesseractApi,
  openTextApis,
  type TesseractApi,
  type TextApis,
} from "./tesseract-core.ts";

/**
 * The program of a process that reads pages: decoding, levelling, ruling lines and recognition all happen here, because
 * together they take seconds. It may be killed at any moment.
 */
const {
  maxPixels,
  detectorFile,
  recogniser: recogniserFiles,
  numberReader,
} = engineArguments.parse(process.argv.slice(2));
const core = await createTesseractCore();
let texts: TextApis | undefined;
let orienter: TesseractApi | undefined;
let detector: TextDetector | "unusable" | undefined;
let recogniser: LineRecogniser | { refused: string } | undefined;
/** Opened for the first page with numbers: it takes 0.2 s of CPU, and memory. */
const openNumberReader = numberReader && once(() => openLineRecogniser(numberReader));

answerParent<EngineRequest, EngineReply>({
  request: engineRequest,
  niceness: 5,
  async answer(request) {
    try {
      return await read(request);
    } catch (error) {
      return { kind: "failed", message: String(error), broken: error instanceof WebAssembly.RuntimeError };
    } finally {
      // Pictures of the page lie outside of what makes the collector run by itself.
      Bun.gc(true);
    }
  },
});

async function read({ task, png }: EngineRequest): Promise<EngineReply> {
  const image = decodeGreyPng(png, maxPixels);
  switch (task) {
    case "read": {
      texts ??= await openTextApis(core);
      if (recogniserFiles !== undefined)
        recogniser ??= await openLineRecogniser(recogniserFiles).catch((error: unknown) => ({
          refused: messageOf(error),
        }));
      const lines = await openDetector();
      const { opened, refused } =
        recogniser !== undefined && "refused" in recogniser
          ? { opened: undefined, refused: recogniser.refused }
          : { opened: recogniser, refused: undefined };
      const page = await recognisePage(core, texts, image, lines, opened, openNumberReader);
      const lacks = {
        lacksDetector: lines === undefined || page.detectorFailed,
        lacksRecogniser: page.recogniserFailed ? "its network failed on a line" : refused,
        lacksNumberReader: openNumberReader === undefined || page.numberReaderFailed,
      };
      return { kind: "page", page, ...lacks, heapBytes: core.heapBytes() };
    }
    case "orientation": {
      orienter ??= await openTesseractApi(core, ["osd"], engineModes.legacy);
      const orientation = detectPageOrientation(core, orienter, image);
      if (orientation !== undefined && isUnsureQuarterTurn(orientation)) {
        // One that fails tells as little as none.
        const boxes = await (await openDetector())?.detect(image).catch(() => undefined);
        orientation.linesRunDown = boxes && doLinesRunDown(boxes);
      }
      return { kind: "orientation", orientation, heapBytes: core.heapBytes() };
    }
    default:
      return task satisfies never;
  }
}

async function openDetector(): Promise<TextDetector | undefined> {
  if (detectorFile !== undefined) detector ??= await openTextDetector(detectorFile).catch(() => "unusable");
  return detector === "unusable" ? undefined : detector;
}
