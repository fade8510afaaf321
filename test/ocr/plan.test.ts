import { describe, expect, test } from "bun:test";
import { judgeLayers } from "../../src/ocr/layer/judge.ts";
import { type PlanOptions, planPage } from "../../src/ocr/plan.ts";
import type { PageFacts } from "../../src/pdf/document.ts";
import { scannedPage } from "../support/fake-document.ts";

const emptyPage: PageFacts = { ...scannedPage(1), imageCoverage: 0, drawn: false };
const typed = (characters: number) => ({
  characters,
  text: "an item ".repeat(characters).replaceAll(" ", "").slice(0, characters),
  drawn: true,
});
const auto: PlanOptions = { engine: "auto", charThreshold: 100 };

async function plan(facts: Partial<PageFacts>, options: Partial<PlanOptions> = {}) {
  const [layer] = await judgeLayers([{ ...emptyPage, ...facts }], false, new AbortController().signal);
  if (layer === undefined) throw new Error("no layer");
  return planPage(layer, { ...auto, ...options });
}

describe("the plan of a page", () => {
  test.each([
    ["a page with more characters than the threshold is read from its text layer", typed(101), "text-layer"],
    ["a page at the threshold with nothing else on it keeps its text", typed(100), "text-layer"],
    [
      "a page at the threshold beside a picture of a fifth of the page goes to the engine",
      { ...typed(100), imageCoverage: 0.2 },
      "engine",
    ],
    [
      "a signature page with a small logo keeps its text",
      { ...typed(60), imageCoverage: 0.02, pathSegments: 400 },
      "text-layer",
    ],
    ["a drawing of more than a thousand segments goes to the engine", { ...typed(60), pathSegments: 1001 }, "engine"],
    ["a drawing of a thousand segments keeps its text", { ...typed(60), pathSegments: 1000 }, "text-layer"],
    ["a page without text goes to the engine when anything is drawn on it", { drawn: true }, "engine"],
    ["a page without text and without anything drawn is blank", {}, "blank"],
    [
      "a page whose text is dotted lines alone goes to the engine",
      { ...typed(0), text: "......", characters: 6 },
      "engine",
    ],
    [
      "a page whose text nobody sees, and on which nothing is drawn, is blank",
      { text: "\u200E", characters: 1, drawn: false },
      "blank",
    ],
    [
      "a scanner's own text over its picture is not believed",
      { ...typed(500), imageCoverage: 1, hiddenCharacters: 480 },
      "engine",
    ],
    [
      "a scan with a stamp, a comment or filled fields of more characters than the threshold goes to the engine",
      { ...typed(160), imageCoverage: 1, unreadLetters: 600 },
      "engine",
    ],
    ["a slide with a picture behind its text keeps its text", { ...typed(300), imageCoverage: 1 }, "text-layer"],
    [
      "a drawing whose notes are outlines goes to the engine",
      { ...typed(184), pathSegments: 20_000, unreadLetters: 900 },
      "engine",
    ],
    ["a letter under a drawn letterhead keeps its text", { ...typed(1500), unreadLetters: 90 }, "text-layer"],
    ["a page that hides half of its text goes to the engine", { ...typed(800), hiddenCharacters: 400 }, "engine"],
    ["a page with some hidden words keeps its text", { ...typed(800), hiddenCharacters: 40 }, "text-layer"],
    [
      "a page of glyphs that no font explains goes to the engine",
      { ...typed(800), unmapped: "ʃʄ".repeat(40) },
      "engine",
    ],
    ["numbers of glyphs that read as English keep the text", { ...typed(99), unmapped: "the other and" }, "text-layer"],
  ] as const)("%s", async (_, facts, source) => {
    expect((await plan(facts)).source).toBe(source);
  });

  test.each([
    ["np-dms-ocr", "the caller asked for the model"],
    ["tesseract", "the caller asked for the embedded engine"],
  ] as const)("the caller's wish for %s sends every page to it but blank ones", async (engine, reason) => {
    expect(await plan(typed(5000), { engine })).toMatchObject({ source: "engine", reason });
    expect((await plan({}, { engine })).source).toBe("blank");
  });

  test.each([
    [{}, "nothing is drawn on the page"],
    [{ drawn: true }, "no text layer"],
    [{ ...typed(0), text: "\u200E", characters: 1 }, "the text layer holds no words"],
    [typed(500), "text layer of 500 characters"],
    [{ ...typed(50), imageCoverage: 0.456 }, "50 characters of text beside images on 46 % of the page"],
    [{ ...typed(50), pathSegments: 1234 }, "50 characters of text beside 1234 path segments"],
  ])("says why: %#", async (facts, reason) => {
    expect((await plan(facts)).reason).toBe(reason);
  });

  test("every plan says why", async () => {
    for (const facts of [{}, { drawn: true }, typed(500), { ...typed(50), imageCoverage: 0.5 }]) {
      expect((await plan(facts)).reason).not.toBe("");
    }
  });
});
