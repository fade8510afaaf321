import { z } from "zod";
import type { RecogniserFiles } from "./recogniser/recogniser-files.ts";

const file = z.string().transform((path) => (path === "" ? undefined : path));

const filesOf = (model: string | undefined, dictionary: string | undefined): RecogniserFiles | undefined =>
  model === undefined || dictionary === undefined ? undefined : { model, dictionary };

/**
 * What a process is started with: the pixels of a picture beyond which it is refused before it is decoded, the file of the
 * text detector, the two of the line recogniser, and those of the reader of numbers; nothing stands for a file that there is not.
 */
export const engineArguments = z
  .tuple([z.coerce.number().positive(), file, file, file, file, file])
  .transform(([maxPixels, detectorFile, model, dictionary, numberModel, numberDictionary]) => ({
    maxPixels,
    detectorFile,
    recogniser: filesOf(model, dictionary),
    numberReader: filesOf(numberModel, numberDictionary),
  }));

/** To the process: one picture and what to do with it. */
export const engineRequest = z.object({
  task: z.enum(["read", "orientation"]),
  png: z.custom<Uint8Array>((value) => value instanceof Uint8Array),
});

const recognisedPage = z.object({
  text: z.string(),
  confidence: z.number(),
  inkOutside: z.number(),
  deskewedDegrees: z.number(),
  showsThrough: z.boolean(),
  readTwice: z.number(),
  disputed: z.number(),
  doubts: z.array(z.object({ digits: z.string(), line: z.string() })),
  unreadPlaces: z.number(),
  unsureLines: z.array(z.string()),
  guessedRows: z.array(z.string()),
  lineCount: z.number(),
  recognised: z.array(z.string()),
  ignoredBoxes: z.number(),
  notReadAgain: z.number(),
  detectorFailed: z.boolean(),
  recogniserFailed: z.boolean(),
  numbersNotChecked: z.number(),
  numberReaderFailed: z.boolean(),
});

const detectedOrientation = z.object({
  turnDegrees: z.literal([0, 90, 180, 270]),
  confidence: z.number(),
  linesRunDown: z.boolean().optional(),
});

/** From the process. `broken`: its memory cannot be trusted any more, and it is to be replaced. */
export const engineReply = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("page"),
    page: recognisedPage,
    /** It was read without one: none was given, or it could not be opened or failed. */
    lacksDetector: z.boolean(),
    /** Why it could not be used, where it was given. */
    lacksRecogniser: z.string().optional(),
    /** It was read without what reads numbers once more: it could not be opened, or failed. */
    lacksNumberReader: z.boolean(),
    heapBytes: z.number(),
  }),
  z.object({ kind: z.literal("orientation"), orientation: detectedOrientation.optional(), heapBytes: z.number() }),
  z.object({ kind: z.literal("failed"), message: z.string(), broken: z.boolean() }),
]);

export type EngineRequest = z.infer<typeof engineRequest>;
export type EngineReply = z.infer<typeof engineReply>;
