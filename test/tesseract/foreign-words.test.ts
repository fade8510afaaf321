import { describe, expect, test } from "bun:test";
import { foreignWords } from "../../src/tesseract/foreign-words.ts";

describe("words of a language that cannot be read", () => {
  test.each([
    ["German", "Priifbericht: GroBe der Schaden, iiberschreitet 55 pm", ["Priifbericht", "GroBe", "iiberschreitet"]],
    ["French", "la livraison a été reçue voilée, à défaut de", ["reçue", "voilée", "défaut"]],
    ["Russian", "Mogens 3aBoackon MowHocTb nsrotosneHus", ["aBoackon", "MowHocTb", "nsrotosneHus"]],
    ["with Thai around them", "ผู้ขาย Miiller Siidbau, StraBe 14 เมืองไทย", ["Miiller", "Siidbau", "StraBe"]],
  ])("are told by what the recogniser makes of them: %s", (_, text, words) => {
    expect(foreignWords(text)).toEqual(words);
  });

  test.each([
    ["one that is named twice", "Miiller GmbH, Miiller AG"],
    ["a few in a page of English", `Miiller, Siidbau, StraBe and ${lettersOf(25)}`],
    ["words of English with two i", "radii skiing taxiing Hawaiian genii shiitake"],
    ["Roman numbers", "xviii viii xiii XXIII xxviii"],
    ["capitals within codes and names", "DeltaPLUS AutoCAD PVCpipe NoSQL mmWG"],
    ["names of products", "PowerPoint, OneDrive and SharePoint with JavaScript; SketchUp, YouTube, GitHub"],
    ["short ones", "für où çà Ø12 né"],
    ["Thai", "ใบกำกับภาษี ราคา ๑๒ บาท"],
    ["nothing", ""],
  ])("are not seen in %s", (_, text) => {
    expect(foreignWords(text)).toEqual([]);
  });

  test("are a matter of share: three of 25 words are, of 26 they are not", () => {
    const three = "Miiller Siidbau StraBe";
    expect(foreignWords(`${three} ${lettersOf(22)}`)).toHaveLength(3);
    expect(foreignWords(`${three} ${lettersOf(23)}`)).toEqual([]);
  });
});

/** So many different words. */
function lettersOf(count: number): string {
  return Array.from({ length: count }, (_, at) => `word${String.fromCharCode(97 + at)}`).join(" ");
}
