import { describe, expect, test } from "bun:test";
import { withoutRepeatedTags } from "../../src/ocr/tiles/repeated-tags.ts";
import { neighbouringTables, tileWarnings } from "../../src/ocr/tiles/tile-warnings.ts";
import type { Tile } from "../../src/pdf/tiles/tile.ts";
import { fakePlan } from "../support/fake-document.ts";

const [base] = fakePlan([1]).tiles;
const at = (left: number, top: number): Tile => {
  if (base === undefined) throw new Error("the plan has one piece");
  return { ...base, left, top };
};
const table = "<table><tr><td>1</td></tr></table>";

describe("tables in pieces", () => {
  test.each([
    ["side by side with three cells between", at(0, 0), at(13, 0), 1],
    ["side by side with four", at(0, 0), at(14, 0), 0],
    ["one above the other with three between", at(0, 0), at(0, 13), 1],
    ["one above the other with four", at(0, 0), at(0, 14), 0],
    ["in whatever order", at(13, 13), at(0, 0), 1],
    ["in whatever order, too far", at(14, 0), at(0, 0), 0],
    ["in whatever order, too far down", at(0, 14), at(0, 0), 0],
  ])("%s may be parts of one", (_, one, other, count) => {
    expect(neighbouringTables([table, table], [one, other])).toHaveLength(count);
  });

  test.each([
    ["HTML", "<table>", true],
    ["HTML with attributes", '<table class="a">', true],
    ["Markdown", "text\n | a | b | \ntext", true],
    ["another element", "<tables>", false],
    ["a bar inside a line", "a | b", false],
  ])("are seen in %s", (_, text, isTable) => {
    expect(neighbouringTables([text, table], [at(0, 0), at(10, 0)])).toEqual(
      isTable ? ["the tables in pieces 1 and 2 may be parts of one that the cut crosses; they are not joined"] : [],
    );
  });

  test("are named by their pieces, each two once", () => {
    const found = neighbouringTables([table, "text", table, table], [at(0, 0), at(5, 0), at(10, 0), at(20, 0)]);
    expect(found.map((sentence) => sentence.slice(0, 35))).toEqual([
      "the tables in pieces 1 and 3 may be",
      "the tables in pieces 3 and 4 may be",
    ]);
  });
});

test.each([
  [[["a"], [], ["a"], ["a"], []], ["pieces 1, 3-4 of 5: a"]],
  [[[], ["a"]], ["piece 2 of 2: a"]],
  [[[], []], []],
  [[["a"], ["a"], ["a"]], ["all 3 pieces: a"]],
])("warnings %j are told as %j", (warnings, told) => {
  expect(tileWarnings(warnings)).toEqual(told);
});

test("a tag is taken off everywhere but in the last piece, however often, also where it spans lines", () => {
  const texts = ["<no>1</no> <no>2\n3</no>", "<no>4</no> <no>5</no>", "<date>6</date>"];
  expect(withoutRepeatedTags(texts, ["no", "date"])).toEqual(["1 2\n3", "<no>4</no> <no>5</no>", "<date>6</date>"]);
});
