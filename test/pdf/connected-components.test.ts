import { describe, expect, test } from "bun:test";
import { findComponents } from "../../src/pdf/geometry/connected-components.ts";

/** What is drawn, `#` for each pixel that is. */
function componentsOf(...rows: readonly string[]) {
  const mask = Uint8Array.from(rows.join(""), (sign) => (sign === "#" ? 1 : 0));
  return findComponents(mask, rows[0]?.length ?? 0, rows.length);
}

describe("pixels that touch are one component", () => {
  test.each<[string, string[], number[][]]>([
    ["side by side", ["##.", "..."], [[0, 0, 2, 1, 2]]],
    ["over each other", [".#", ".#"], [[1, 0, 2, 2, 2]]],
    ["at a corner to the right", ["#.", ".#"], [[0, 0, 2, 2, 2]]],
    ["at a corner to the left", [".#", "#."], [[0, 0, 2, 2, 2]]],
    [
      "not with a column between them",
      ["#.#"],
      [
        [0, 0, 1, 1, 1],
        [2, 0, 3, 1, 1],
      ],
    ],
    [
      "not with a column between them in two rows",
      ["#..", "..#"],
      [
        [0, 0, 1, 1, 1],
        [2, 1, 3, 2, 1],
      ],
    ],
    [
      "not with a row between them",
      ["#", ".", "#"],
      [
        [0, 0, 1, 1, 1],
        [0, 2, 1, 3, 1],
      ],
    ],
    [
      "not from the end of a row to the beginning of the next",
      ["..#", "#.."],
      [
        [2, 0, 3, 1, 1],
        [0, 1, 1, 2, 1],
      ],
    ],
    ["that meet further down", ["#.#", "#.#", "###"], [[0, 0, 3, 3, 7]]],
    ["that meet further down, three at once", ["#.#.#", "#####"], [[0, 0, 5, 2, 8]]],
    ["that meet in steps", ["#...#", "#.#.#", ".#.#."], [[0, 0, 5, 3, 7]]],
    ["all of them", ["##", "##"], [[0, 0, 2, 2, 4]]],
    ["none of them", ["..", ".."], []],
  ])("%s", (_, rows, boxes) => {
    const { all } = componentsOf(...rows);
    expect(all.map(({ left, top, right, bottom, pixels }) => [left, top, right, bottom, pixels])).toEqual(boxes);
  });

  test("each of whose runs is visited once, with the component that it belongs to", () => {
    const components = componentsOf("#.#", "###", "...", ".##");
    const visited: [number, number, number, number][] = [];
    components.eachRun((component, y, from, to) => visited.push([components.all.indexOf(component), y, from, to]));
    expect(visited).toEqual([
      [0, 0, 0, 1],
      [0, 0, 2, 3],
      [0, 1, 0, 3],
      [1, 3, 1, 3],
    ]);
  });
});
