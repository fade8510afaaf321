import { expect, test } from "bun:test";
import { type CardSample, gridLines, placeOf, sampleAt, stackChart } from "../../console/machine/stacked-chart.ts";

const frame = { fromMs: 1000, toMs: 2000, topMb: 1000, width: 100, height: 50 };
const held = (llm: number, ocrModel = 0, retrieval = 0, other = 0) => ({ llm, ocrModel, retrieval, other });
const pathsOf = (samples: readonly CardSample[]) =>
  Object.fromEntries(stackChart(samples, frame).areas.map(({ holder, path }) => [holder, path]));

test("each holder stands on those below it, until the next sample", () => {
  const samples = [
    { atMs: 1000, held: held(500) },
    { atMs: 1500, held: held(500, 200) },
  ];
  expect(pathsOf(samples)).toEqual({
    llm: "M0 50V25H50V50ZM50 50V25H100V50Z",
    ocrModel: "M50 25V15H100V25Z",
    retrieval: "",
    other: "",
  });
});

test("what is not known is a gap, and no slope", () => {
  const samples = [
    { atMs: 1000, held: held(1000) },
    { atMs: 1200, held: undefined },
    { atMs: 1600, held: held(1000) },
  ];
  expect(stackChart(samples, frame).unknown).toEqual([{ left: 20, width: 40 }]);
  expect(pathsOf(samples).llm).toBe("M0 50V0H20V50ZM60 50V0H100V50Z");
});

test("a sample from before the chart counts until the next one, and more than the card has ends at the top", () => {
  expect(pathsOf([{ atMs: 0, held: held(1500) }]).llm).toBe("M0 50V0H100V50Z");
  expect(
    pathsOf([
      { atMs: 0, held: held(500) },
      { atMs: 900, held: held(0) },
    ]).llm,
  ).toBe("");
});

test("places and samples are found from each other", () => {
  expect([placeOf(500, frame), placeOf(1250, frame), placeOf(9000, frame)]).toEqual([0, 25, 100]);
  const samples = [{ atMs: 1100 }, { atMs: 1900 }];
  expect([sampleAt(samples, 5, frame), sampleAt(samples, 50, frame), sampleAt(samples, 100, frame)]).toEqual([
    undefined,
    { atMs: 1100 },
    { atMs: 1900 },
  ]);
});

test.each([
  [16_384, [4096, 8192, 12_288, 16_384]],
  [8192, [2048, 4096, 6144, 8192]],
  [81_920, [16_384, 32_768, 49_152, 65_536, 81_920]],
  [500, []],
])("a card of %d MiB has lines at %j", (topMb, lines) => {
  expect(gridLines(topMb)).toEqual(lines);
});
