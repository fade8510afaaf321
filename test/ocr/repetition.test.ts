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

/** Text of so many characters in which nothing comes again. */
const unlike = (chars: number) =>
  Array.from({ length: Math.ceil(chars / 6) }, (_, index) => String(index * 7919 + 100_000).slice(-6))
    .join("")
    .slice(0, chars);

describe("what is too much", () => {
  test("is more than 100,000 characters, and not those", () => {
    expect(createRepetitionDetector().push(unlike(100_000))).toEqual({ kind: "none" });
    expect(createRepetitionDetector().push(unlike(100_001))).toEqual({ kind: "runaway", chars: 100_001 });
  });

  test.each([
    ["a passage of 50 characters, 30 times", 50, 30, true],
    ["the same 29 times", 50, 29, false],
    ["a passage of 49 characters, 30 times, which is short", 49, 30, false],
    ["a passage of 150 characters, ten times", 150, 10, true],
    ["the same nine times", 150, 9, false],
    ["a passage of 120 characters, 13 times", 120, 13, true],
    ["a passage of 119 characters, 13 times", 119, 13, false],
    ["a passage of 600 characters, ten times", 600, 10, true],
    ["a passage of 601 characters, of which ten do not lie in what is looked at", 601, 12, false],
  ])("is %s: %s", (_, periodChars, times, isLoop) => {
    const verdict = createRepetitionDetector().push(unlike(periodChars).repeat(times));
    expect(verdict).toEqual(isLoop ? { kind: "loop", periodChars, times } : { kind: "none" });
  });

  test.each([
    [200, true],
    [199, false],
  ])("is %i rows without a letter: %p", (times, isLoop) => {
    expect(createRepetitionDetector().push("<td></td>".repeat(times)).kind).toBe(isLoop ? "loop" : "none");
  });

  test("is looked for again after every 256 characters", () => {
    const detector = createRepetitionDetector();
    const passage = unlike(50);
    expect(detector.push(passage.repeat(29))).toEqual({ kind: "none" });
    expect(detector.push(passage.repeat(5)).kind).toBe("none");
    expect(detector.push(passage.slice(0, 5)).kind).toBe("none");
    expect(detector.push(passage.slice(5, 6)).kind).toBe("loop");
  });

  test.each([
    ["blanks around it", `  ${"@".repeat(24)} \n`, "@"],
    ["glyphs beyond the basic plane", "\u{1F600}".repeat(24), "\u{1F600}"],
    ["fewer of these", "\u{1F600}".repeat(23), undefined],
    ["middle dots", "\u00B7".repeat(60), undefined],
  ])("is one glyph with %s", (_, text, glyph) => {
    expect(onlyGlyph(text)).toBe(glyph);
  });

  test("is one glyph however much of it came at once, and no page that only begins so", () => {
    expect(createRepetitionDetector().push("@".repeat(500))).toEqual({ kind: "one-glyph", glyph: "@" });
    expect(createRepetitionDetector().push(`${"@".repeat(47)}a`)).toEqual({ kind: "none" });
  });
});
