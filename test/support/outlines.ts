/** Strokes of letters on a grid of 4 by 6, as plotters draw them. */
const strokes: Record<string, readonly (readonly [number, number][])[]> = {
  A: [
    [
      [0, 0],
      [2, 6],
      [4, 0],
    ],
    [
      [1, 2],
      [3, 2],
    ],
  ],
  C: [
    [
      [4, 5],
      [3, 6],
      [1, 6],
      [0, 4],
      [0, 2],
      [1, 0],
      [3, 0],
      [4, 1],
    ],
  ],
  E: [
    [
      [4, 0],
      [0, 0],
      [0, 6],
      [4, 6],
    ],
    [
      [0, 3],
      [3, 3],
    ],
  ],
  H: [
    [
      [0, 0],
      [0, 6],
    ],
    [
      [4, 0],
      [4, 6],
    ],
    [
      [0, 3],
      [4, 3],
    ],
  ],
  I: [
    [
      [2, 0],
      [2, 6],
    ],
  ],
  K: [
    [
      [0, 0],
      [0, 6],
    ],
    [
      [4, 6],
      [0, 3],
      [4, 0],
    ],
  ],
  L: [
    [
      [0, 6],
      [0, 0],
      [4, 0],
    ],
  ],
  N: [
    [
      [0, 0],
      [0, 6],
      [4, 0],
      [4, 6],
    ],
  ],
  O: [
    [
      [1, 0],
      [0, 2],
      [0, 4],
      [1, 6],
      [3, 6],
      [4, 4],
      [4, 2],
      [3, 0],
      [1, 0],
    ],
  ],
  S: [
    [
      [0, 0],
      [3, 0],
      [4, 2],
      [0, 4],
      [1, 6],
      [4, 6],
    ],
  ],
  T: [
    [
      [2, 0],
      [2, 6],
    ],
    [
      [0, 6],
      [4, 6],
    ],
  ],
  W: [
    [
      [0, 6],
      [1, 0],
      [2, 4],
      [3, 0],
      [4, 6],
    ],
  ],
};
const letters = Object.keys(strokes);

/** Content operators that draw the lines as shapes and not as text; every character becomes one of a dozen letters. */
export function outlines(lines: readonly string[], how: "filled" | "stroked"): string {
  const [size, lead] = [1.4, 16];
  const drawn = lines.flatMap((line, row) =>
    [...line].flatMap((character, column) => {
      if (character === " ") return [];
      const shape = strokes[letters[character.charCodeAt(0) % letters.length] ?? "A"] ?? [];
      const [x, y] = [50 + column * 5.4 * size, 780 - row * lead];
      return shape
        .map((stroke) =>
          how === "stroked"
            ? path(stroke, x, y, size, 0)
            : `${path(stroke, x, y, size, 0)} ${path(stroke.toReversed(), x, y, size, 0.9, "l")} f`,
        )
        .map((operators) => (how === "stroked" ? `${operators} S` : operators));
    }),
  );
  return `0 g 0 G 0.8 w ${drawn.join("\n")}`;
}

function path(
  points: readonly (readonly [number, number])[],
  x: number,
  y: number,
  size: number,
  aside: number,
  first = "m",
): string {
  return points
    .map(
      ([column, row], index) =>
        `${(x + column * size + aside).toFixed(2)} ${(y + row * size + aside / 2).toFixed(2)} ${index === 0 ? first : "l"}`,
    )
    .join(" ");
}
