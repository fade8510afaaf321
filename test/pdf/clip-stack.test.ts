import { describe, expect, test } from "bun:test";
import { createClipStack } from "../../src/pdf/geometry/clip-stack.ts";

describe("what clips that which is drawn", () => {
  test("is each clip inside those around it, and the one around it again when it ends", () => {
    const clips = createClipStack([0, 0, 100, 100]);
    clips.push([10, 10, 50, 200]);
    clips.push([0, 0, 20, 20]);
    expect(clips.current()).toEqual([10, 10, 20, 20]);
    clips.pop();
    expect(clips.current()).toEqual([10, 10, 50, 100]);
    clips.pop();
    clips.pop();
    expect(clips.current()).toEqual([0, 0, 100, 100]);
  });

  test("is a mask from its end to the next end of a clip, and the clip around it stays", () => {
    const clips = createClipStack([0, 0, 100, 100]);
    clips.push([10, 10, 50, 50]);
    clips.beginMask();
    expect(clips.shows([20, 20, 30, 30], 1)).toBe(false);
    clips.endMask();
    expect(clips.shows([20, 20, 30, 30], 1)).toBe(true);
    clips.pop();
    expect(clips.shows([60, 60, 70, 70], 1)).toBe(false);
    clips.pop();
    expect(clips.shows([60, 60, 70, 70], 1)).toBe(true);
  });
});
