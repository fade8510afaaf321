import {
  engineModes,
  openTesseractApi,
  type TesseractApi,
  type TesseractCore,
  type TextApis,
} from "../../src/tesseract/tesseract-core.ts";

/** One recogniser for whatever languages a line is read in. */
export const inAnyLanguage = (api: TesseractApi): TextApis => ({ thaiAndEnglish: api, thai: api });

/** The real recogniser, as the embedded engine's process opens it. */
export const openTextApis = async (core: TesseractCore): Promise<TextApis> => ({
  thaiAndEnglish: await openTesseractApi(core, ["tha", "eng"], engineModes.neuralNetwork),
  thai: await openTesseractApi(core, ["tha"], engineModes.neuralNetwork),
});
