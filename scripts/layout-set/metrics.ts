import boldPath from "@expo-google-fonts/sarabun/700Bold/Sarabun_700Bold.ttf" with { type: "file" };
import * as mupdf from "mupdf";
import { sarabun } from "../eval/fonts.ts";
import type { FontFamily } from "./marks.ts";

export interface Fonts {
  /** Sarabun as files, for producers that embed them. */
  regular: Uint8Array;
  bold: Uint8Array;
  font(family: FontFamily, bold: boolean): mupdf.Font;
  /** Points. */
  widthOf(text: string, family: FontFamily, bold: boolean, size: number): number;
}

const names = {
  helvetica: ["Helvetica", "Helvetica-Bold"],
  times: ["Times-Roman", "Times-Bold"],
  courier: ["Courier", "Courier-Bold"],
} as const;

export async function loadFonts(): Promise<Fonts> {
  const [regular, bold] = [await sarabun(), await Bun.file(boldPath).bytes()];
  const opened = new Map<string, mupdf.Font>();
  const font: Fonts["font"] = (family, isBold) => {
    const key = `${family} ${isBold}`;
    const known = opened.get(key);
    if (known !== undefined) return known;
    const made =
      family === "sarabun"
        ? new mupdf.Font("Sarabun", isBold ? bold : regular)
        : new mupdf.Font(names[family][isBold ? 1 : 0]);
    opened.set(key, made);
    return made;
  };
  const advances = new Map<string, number>();
  const advanceOf = (character: string, family: FontFamily, isBold: boolean) => {
    const key = `${family} ${isBold} ${character}`;
    const known = advances.get(key);
    if (known !== undefined) return known;
    const used = font(family, isBold);
    const advance = used.advanceGlyph(used.encodeCharacter(character.codePointAt(0) ?? 32), 0);
    advances.set(key, advance);
    return advance;
  };
  return {
    ...{ regular, bold, font },
    widthOf: (text, family, isBold, size) =>
      size * Array.from(text).reduce((sum, character) => sum + advanceOf(character, family, isBold), 0),
  };
}
