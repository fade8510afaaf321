import { describe, expect, test } from "bun:test";
import { type CrossedText, type PlacedTile, placeCrossing } from "../../src/pdf/tiles/crossings.ts";

const tile = (band: number, left: number, top: number): PlacedTile => ({
  band,
  tile: { left, top, width: 100, height: 100, leftEdge: [], rightEdge: [], topEdge: [], bottomEdge: [], drawnCells: 9 },
});
/** Two rows of two pieces that reach 20 cells into each other. */
const placed = [tile(0, 0, 0), tile(0, 80, 0), tile(1, 0, 80), tile(1, 80, 80)];
const beside: CrossedText = {
  blob: { left: 70, top: 45, right: 110, bottom: 55 },
  bands: [0, 0],
  sideways: true,
};
const below: CrossedText = {
  blob: { left: 10, top: 75, right: 40, bottom: 105 },
  bands: [0, 1],
  sideways: false,
};

describe("a text that a cut crosses", () => {
  test("lies in the pieces on both sides, at the same height", () => {
    expect(placeCrossing(beside, placed)).toEqual([{ first: 0, second: 1, lines: 1, firstAt: 0.5, secondAt: 0.5 }]);
  });

  test("lies at the foot of the upper piece and at the head of the lower", () => {
    expect(placeCrossing(below, placed)).toEqual([{ first: 0, second: 2, lines: 3, firstAt: 0.9, secondAt: 0.1 }]);
  });

  test("is told of the pieces in whose columns its middle lies", () => {
    const [crossing] = placeCrossing({ ...below, blob: { ...below.blob, left: 150, right: 170 } }, placed);
    expect(crossing).toMatchObject({ first: 1, second: 3 });
  });

  test.each<[string, CrossedText, PlacedTile[]]>([
    ["beside it", beside, placed.slice(0, 1)],
    ["below it", below, placed.slice(0, 2)],
    ["above it", below, placed.slice(2)],
  ])("is not told where the piece %s is not read", (_, crossed, tiles) => {
    expect(placeCrossing(crossed, tiles)).toEqual([]);
  });
});

describe("a text beside a cut", () => {
  /** Pieces of a row from 0 to 100, from 80 to 180 and from 160 to 260. */
  const row = [0, 80, 160].map((left) => tile(0, left, 0));
  const between = (left: number, right: number): [number, number] | undefined => {
    const [crossing] = placeCrossing({ ...beside, blob: { ...beside.blob, left, right } }, row);
    return crossing && [crossing.first, crossing.second];
  };

  test.each<[string, number, number, [number, number] | undefined]>([
    ["lies in the pieces that it reaches into", 150, 190, [1, 2]],
    ["does not lie in the piece that ends where it begins", 100, 165, [1, 2]],
    ["does not lie in the piece that begins where it ends", 110, 160, undefined],
    ["lies in the pieces that it reaches into by a cell", 99, 110, [0, 1]],
  ])("%s", (_, left, right, expected) => {
    expect(between(left, right)).toEqual(expected);
  });

  test("holds a line at least", () => {
    expect(placeCrossing({ ...beside, blob: { ...beside.blob, top: 45, bottom: 47 } }, placed)[0]?.lines).toBe(1);
  });
});

test("a text whose middle lies where a piece begins lies in that piece", () => {
  const narrow = placed.map(({ tile: { width: _, ...rest }, band }) => ({ band, tile: { ...rest, width: 80 } }));
  expect(placeCrossing({ ...below, blob: { ...below.blob, left: 70, right: 90 } }, narrow)).toMatchObject([
    { first: 1, second: 3 },
  ]);
});
