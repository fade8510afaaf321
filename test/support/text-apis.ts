import type { TesseractApi, TextApis } from "../../src/tesseract/tesseract-core.ts";

/** One recogniser for whatever languages a line is read in. */
export const inAnyLanguage = (api: TesseractApi): TextApis => ({ thaiAndEnglish: api, thai: api, english: api });
