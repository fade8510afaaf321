import { expect, test } from "bun:test";
import { shownText } from "../../console/viewer/shown-text.ts";

test.each([
  ["short", 5, { text: "short", leftOut: 0 }],
  ["longer", 4, { text: "long", leftOut: 2 }],
  ["ab😀c", 3, { text: "ab", leftOut: 3 }],
  ["ab😀c", 4, { text: "ab😀", leftOut: 1 }],
] as const)("of %j at most %d units are shown, and it is told how many are not", (text, maxUnits, shown) => {
  expect(shownText(text, maxUnits)).toEqual(shown);
});
