import { describe, expect, test } from "bun:test";
import { codeOf, operandAt, someOperator } from "../../src/pdf/content-operators.ts";

/** The operators in their order, each with the numbers before it. */
function operatorsOf(content: string): Array<[string, ...number[]]> {
  const found: Array<[string, ...number[]]> = [];
  someOperator(Buffer.from(content, "latin1"), (code, operands) => {
    const numbers = Array.from({ length: operands.count }, (_, index) => operandAt(operands, index));
    found.push([nameOf(code), ...numbers]);
    return false;
  });
  return found;
}

const nameOf = (code: number): string =>
  code === 0 ? "" : nameOf(Math.floor(code / 256)) + String.fromCharCode(code % 256);

describe("the operators of a page's content", () => {
  test.each<[string, string, Array<[string, ...number[]]>]>([
    ["come with their numbers", "q 1 0 0 -1.5 .25 +7 cm", [["q"], ["cm", 1, 0, 0, -1.5, 0.25, 7]]],
    ["are not what a text says", "BT (a \\) (3 Tr) ) Tj 3 Tr (x) Tj", [["BT"], ["Tj"], ["Tr", 3], ["Tj"]]],
    ["are not what a text says in hexadecimal", "<3320> Tj", [["Tj"]]],
    [
      "are not names, nor what a comment says",
      "/Tr 12 Tf % 3 Tr\n1 g",
      [
        ["Tf", 12],
        ["g", 1],
      ],
    ],
    ["are read without their star", "W* n f*", [["W"], ["n"], ["f"]]],
    ["keep the first six numbers", "1 2 3 4 5 6 7 8 scn", [["scn", 1, 2, 3, 4, 5, 6]]],
    ["have three letters at most", "inline 5 ID", [["ID", 5]]],
    ["end with a text that never ends", "(never 3 Tr", []],
    ["end with a text in hexadecimal that never ends", "1 g <33 3 Tr", [["g", 1]]],
  ])("%s", (_, content, expected) => {
    expect(operatorsOf(content)).toEqual(expected);
  });

  test("are read until one is wanted", () => {
    const seen: number[] = [];
    const found = someOperator(Buffer.from("q 1 g 2 g Q"), (code) => seen.push(code) > 0 && code === codeOf("g"));
    expect([found, seen]).toEqual([true, [codeOf("q"), codeOf("g")]]);
    expect(someOperator(Buffer.from("q Q"), () => false)).toBe(false);
  });

  test("have 0 for a number that is missing", () => {
    const numbers: number[] = [];
    someOperator(
      Buffer.from("7 Tr"),
      (_, operands) => numbers.push(operandAt(operands, 0), operandAt(operands, -1)) < 0,
    );
    expect(numbers).toEqual([7, 0]);
  });
});
