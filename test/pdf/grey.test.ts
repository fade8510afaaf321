import { describe, expect, test } from "bun:test";
import { greyLevels } from "../../src/pdf/geometry/grey.ts";

const greyOf = (...colour: [number, number, number]) =>
  greyLevels({ levels: Uint8Array.from(colour), widthPx: 1, heightPx: 1, strideBytes: 3 })[0];

describe("the grey of a colour", () => {
  test.each([0, 1, 128, 254, 255])("is the level of a grey: %p", (level) => {
    expect(greyOf(level, level, level)).toBe(level);
  });

  test("is as light as the colour: green is lighter than red, and red than blue", () => {
    expect([greyOf(0, 255, 0), greyOf(255, 0, 0), greyOf(0, 0, 255)]).toEqual([220, 127, 76]);
  });

  test("is read line by line, without what fills a line up", () => {
    const levels = Uint8Array.from([9, 9, 9, 0, 7, 7, 7, 0]);
    expect([...greyLevels({ levels, widthPx: 1, heightPx: 2, strideBytes: 4 })]).toEqual([9, 7]);
  });
});
