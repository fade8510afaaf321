import { doubtArabicDigits } from "../digits/doubt-arabic-digits.ts";
import { doubtMixedNumbers } from "../digits/doubt-mixed-numbers.ts";
import { doubtAll, doubtAllArabic } from "../digits/doubtful-digits.ts";
import { judgeThaiDigit } from "../digits/judge-digit.ts";
import { knownArabicGlyphs } from "../digits/known-glyphs.ts";
import { readDigits } from "../digits/read-digits.ts";
import { readSignsBetweenDigits } from "../digits/signs-between-digits.ts";
import { crop, encodePgm, type GreyImage } from "../picture/grey-image.ts";
import type { Box } from "../picture/ink.ts";
import type { TesseractApi, TesseractCore, TextApis } from "../tesseract-core.ts";
import { type RecognisedLine, recognisedLines, type Word } from "./recognised-line.ts";
import { surerWords } from "./unite-readings.ts";

/** Where the recogniser finds its picture. */
export type Files = Pick<TesseractCore, "FS">;

/** What the recogniser makes of a picture. */
export interface PictureReading {
  text: string;
  /** Its mean word confidence, 0 to 100. */
  confidence: number;
  words: Word[];
  /** Undefined where its outputs do not tell the same lines. */
  lines: RecognisedLine[] | undefined;
}

/** `tessedit_pageseg_mode`: a single column (the default, a block, loses 72 % of a ruled form), and a single line. */
const segmentation = { column: "4", line: "7" } as const;

/** Around a line that is read alone; without it letters at the edge are lost. */
const marginPx = 10;

/** Reads a picture as a page. Throws when the recogniser refuses it. */
export const readPage = (core: Files, api: TesseractApi, image: GreyImage): PictureReading =>
  read(core, api, image, segmentation.column);

/** Reads what stands in a box as one line; the boxes of its words are those on the page. Throws as `readPage`. */
export function readLine(core: Files, api: TesseractApi, page: GreyImage, box: Box): RecognisedLine {
  const { text, confidence, words } = read(core, api, crop(page, box, marginPx), segmentation.line);
  const onPage = (word: Word) => ({
    ...word,
    left: word.left + box.left - marginPx,
    top: word.top + box.top - marginPx,
  });
  return { text, confidence, box, words: words.map(onPage) };
}

/** Reads what stands in a box as one line, in Thai alone or word by word in what is surer of Thai and English. Throws as `readPage`. */
export type ReadAlone = (box: Box, languages: "thai" | "thaiAndEnglish") => RecognisedLine;

/**
 * Reads lines of a page. Each network reads a whole line by itself: where the recogniser chooses between the two, it
 * takes `UM` at 67 for `บาท` at 92, and `0812` for DB12.
 */
export function lineReader(core: Files, apis: TextApis, page: GreyImage): ReadAlone {
  const inThai = new WeakMap<Box, RecognisedLine>();
  const readThai = (box: Box) => {
    const line = inThai.get(box) ?? readLine(core, apis.thai, page, box);
    inThai.set(box, line);
    return line;
  };
  return (box, languages) => {
    switch (languages) {
      case "thai":
        return readThai(box);
      case "thaiAndEnglish":
        return surerWords(readThai(box), readLine(core, apis.english, page, box));
      default:
        return languages satisfies never;
    }
  };
}

function withDigits(line: RecognisedLine, image: GreyImage): RecognisedLine {
  const read = readSignsBetweenDigits(readDigits(line, image, judgeThaiDigit), image, knownArabicGlyphs);
  return doubtMixedNumbers(doubtArabicDigits(read, image, knownArabicGlyphs));
}

function read(core: Files, api: TesseractApi, image: GreyImage, mode: string): PictureReading {
  core.FS.writeFile("/input", encodePgm(image));
  api.SetVariable("tessedit_pageseg_mode", mode);
  api.SetVariable("preserve_interword_spaces", "1");
  try {
    if (api.SetImageFile(1, 0) !== 0 || api.Recognize(null) !== 0) throw new Error("The picture cannot be read.");
    const text = api.GetUTF8Text();
    const lines = recognisedLines(text, api.GetTSVText(0))?.map((line) => withDigits(line, image));
    const words = lines?.flatMap((line) => line.words) ?? [];
    const read =
      lines?.map((line) => line.text).join("\n") ?? doubtAllArabic(doubtAll(text.trim().replace(/\n{2,}/g, "\n")));
    return { text: read, confidence: api.MeanTextConf(), words, lines };
  } finally {
    api.Clear();
  }
}
