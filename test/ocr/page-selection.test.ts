import { describe, expect, test } from "bun:test";
import { SidecarError } from "../../src/errors.ts";
import { assertSelectionForm, selectPages } from "../../src/ocr/page-selection.ts";

describe("the selection of pages", () => {
  test.each([
    [undefined, 0, [1, 2, 3, 4, 5]],
    [undefined, 2, [1, 2]],
    ["1-3,5", 0, [1, 2, 3, 5]],
    ["5,1-2,2", 0, [1, 2, 5]],
    [" 4 , 2 - 3", 0, undefined],
    [" 4 , 2-3", 0, [2, 3, 4]],
    ["2-5", 2, [2, 3]],
    ["6", 0, undefined],
    ["4-6", 0, undefined],
    ["1-999999999", 0, undefined],
    ["0", 0, undefined],
    ["3-2", 0, undefined],
    ["", 0, undefined],
    ["1,,2", 0, undefined],
    ["-1", 0, undefined],
    ["1-", 0, undefined],
    ["a", 0, undefined],
    ["1e1", 0, undefined],
  ] as const)("%p with at most %p pages of five gives %p", (selection, maxPages, expected) => {
    const select = () => selectPages(selection, 5, maxPages);
    if (expected === undefined) expect(select).toThrow(SidecarError);
    else expect(select()).toEqual([...expected]);
  });

  test("a malformed selection is refused before any document is opened", () => {
    expect(() => assertSelectionForm("1;2")).toThrow("a list such as 1-3,7");
    expect(() => assertSelectionForm("1-999999999")).not.toThrow();
  });
});
