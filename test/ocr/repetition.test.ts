import { describe, expect, test } from "bun:test";
import { createRepetitionDetector, onlyGlyph } from "../../src/ocr/engines/repetition.ts";

function detect(text: string, pieceChars = 7) {
  const detector = createRepetitionDetector();
  for (let start = 0; start < text.length; start += pieceChars) {
    const verdict = detector.push(text.slice(start, start + pieceChars));
    if (verdict.kind !== "none") return { ...verdict, seenChars: start + pieceChars };
  }
  return { kind: "none" as const, seenChars: text.length };
}

const numberedRows = (count: number) =>
  Array.from({ length: count }, (_, index) => `<tr><td>${index + 1}</td><td>ผ่าน</td><td></td></tr>`).join("");

describe("the detector of repetition", () => {
  test.each([
    ["a table of numbered rows", numberedRows(300)],
    ["a form of a hundred empty rows", "<tr><td></td><td></td></tr>".repeat(100)],
    ["lines of dots to be filled in", `${".".repeat(120)}\n`.repeat(12)],
    ["a long rule", "-".repeat(400)],
    ["a short list of equal answers", "- ไม่มี\n".repeat(25)],
  ])("takes %s for a page", (_, text) => {
    expect(detect(text).kind).toBe("none");
  });

  test("sees a runner that answers with one glyph before the server cuts it at 31", () => {
    expect(detect("@".repeat(31), 1)).toMatchObject({ kind: "one-glyph", glyph: "@" });
  });

  test("sees a sentence that goes round and round, long before 4,096 tokens", () => {
    const verdict = detect(`# Title\n\nSome honest text.\n${"The contractor shall provide. ".repeat(500)}`);
    expect(verdict).toMatchObject({ kind: "loop", periodChars: 30 });
    expect(verdict.seenChars).toBeLessThan(2500);
  });

  test("sees a paragraph that comes ten times", () => {
    const paragraph = `${Array.from({ length: 40 }, (_, index) => `word${index}`).join(" ")}.\n\n`;
    expect(detect(paragraph.repeat(20)).kind).toBe("loop");
  });

  test("sees a row without end even when it is empty", () => {
    expect(detect("<tr><td></td></tr>".repeat(400)).kind).toBe("loop");
  });

  test("sees an answer that does not come to an end", () => {
    const unlike = Array.from({ length: 20_000 }, (_, index) => `line ${index}\n`).join("");
    expect(detect(unlike, 500).kind).toBe("runaway");
  });

  test.each([
    ["@".repeat(24), "@"],
    ["@".repeat(23), undefined],
    ["-".repeat(100), undefined],
    ["!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!a", undefined],
    ["", undefined],
  ])("%p consists of the one glyph %p", (text, glyph) => {
    expect(onlyGlyph(text)).toBe(glyph);
  });
});
