import { parentPort, workerData } from "node:worker_threads";
import { detectPageOrientation } from "./detect-orientation.ts";
import { decodeGreyPng } from "./grey-image.ts";
import { recognisePage } from "./recognise-page.ts";
import { createTesseractCore, engineModes, openTesseractApi, type TesseractApi } from "./tesseract-core.ts";
import { type WorkerMessage, type WorkerRequest, workerRequest, workerSettings } from "./worker-messages.ts";

/**
 * A thread that reads pages: decoding, levelling, ruling lines and recognition all happen here, because together they
 * take seconds and the first alone would hold up the main thread for 70 ms. It answers requests one after another.
 */
const port = parentPort;
if (port === null) throw new Error("This module is run as a worker.");
const { maxPixels } = workerSettings.parse(workerData);
const core = await createTesseractCore();
let reader: TesseractApi | undefined;
let orienter: TesseractApi | undefined;

const post = (message: WorkerMessage) => port.postMessage(message);

port.on("message", async (message: unknown) => {
  try {
    post(await answer(workerRequest.parse(message)));
  } catch (error) {
    post({ kind: "failed", message: String(error), broken: error instanceof WebAssembly.RuntimeError });
  }
});
post({ kind: "ready" });

async function answer({ task, png }: WorkerRequest): Promise<WorkerMessage> {
  const image = decodeGreyPng(png, maxPixels);
  switch (task) {
    case "read": {
      reader ??= await openTesseractApi(core, ["tha", "eng"], engineModes.neuralNetwork);
      return { kind: "page", page: recognisePage(core, reader, image), heapBytes: core.heapBytes() };
    }
    case "orientation": {
      orienter ??= await openTesseractApi(core, ["osd"], engineModes.legacy);
      const orientation = detectPageOrientation(core, orienter, image);
      return { kind: "orientation", orientation, heapBytes: core.heapBytes() };
    }
  }
}
