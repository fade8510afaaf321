import { codeOf, type Operands, operandAt, someOperator } from "./content-operators.ts";

/** Lines and fills are thinner. In the units of the content, which may be scaled. */
const narrowest = 6;
/** Letters drawn as shapes are many; so are the curves that they have. */
const manyShapes = 60;
const manyCurves = 600;
const light = 0.6;

/**
 * Whether the operators of a page's content say that something may hide text or draw letters without text: invisible
 * text, light colours, filled areas, text of no size, many shapes or curves, pictures among the operators. It knows neither
 * the state nor the place of anything, so it says yes for many sound pages, and no only where nothing of the kind is there.
 * 1 µs for some thousand bytes.
 */
export function contentClues(content: Uint8Array): boolean {
  const path: Path = { areas: 0, shapes: 0, curves: 0, lines: 0, x: 0, y: 0, isRule: true };
  return someOperator(content, (operator, operands) => isClue(operator, operands, path));
}

interface Path {
  areas: number;
  shapes: number;
  curves: number;
  /** Lines since the pen was put down, and where it is. */
  lines: number;
  x: number;
  y: number;
  /** It has nothing but single lines across or down: the rules of a table are many, and no letters. */
  isRule: boolean;
}

function isClue(operator: number, operands: Operands, path: Path): boolean {
  switch (operator) {
    case operators.Tr: {
      const mode = operandAt(operands, operands.count - 1);
      return mode === 3 || mode === 7;
    }
    case operators.Tf:
      return Math.abs(operandAt(operands, operands.count - 1)) < 1;
    case operators.g:
    case operators.rg:
    case operators.k:
    case operators.sc:
    case operators.scn:
      return isLight(operands);
    case operators.re: {
      const [width, height] = [operandAt(operands, operands.count - 2), operandAt(operands, operands.count - 1)];
      if (Math.abs(height) > narrowest && Math.abs(width) > narrowest) path.areas += 1;
      path.isRule = false;
      return false;
    }
    case operators.m:
      path.lines = 0;
      path.x = operandAt(operands, operands.count - 2);
      path.y = operandAt(operands, operands.count - 1);
      return false;
    case operators.l: {
      path.areas += 1;
      path.lines += 1;
      if (!path.isRule) return false;
      const [x, y] = [operandAt(operands, operands.count - 2), operandAt(operands, operands.count - 1)];
      path.isRule = path.lines === 1 && (x === path.x || y === path.y);
      return false;
    }
    case operators.c:
    case operators.v:
    case operators.y:
      path.areas += 1;
      path.isRule = false;
      path.curves += 1;
      return path.curves >= manyCurves;
    case operators.f:
    case operators.F:
    case operators.B:
    case operators.b:
      path.isRule = true;
      return path.areas > 0;
    case operators.S:
    case operators.s:
      if (!path.isRule) path.shapes += 1;
      path.areas = 0;
      path.isRule = true;
      return path.shapes >= manyShapes;
    case operators.n:
      path.areas = 0;
      path.isRule = true;
      return false;
    case operators.ID:
      return true;
    default:
      return false;
  }
}

/** A pattern has no operand that is a number, and may have any colour. */
function isLight(operands: Operands): boolean {
  const { count } = operands;
  for (let index = 0; index < count; index += 1) {
    const part = operandAt(operands, index);
    if (count === 4 ? part > 1 - light : part < light) return false;
  }
  return true;
}

const operators = {
  ...{ Tr: codeOf("Tr"), Tf: codeOf("Tf"), ID: codeOf("ID") },
  ...{ g: codeOf("g"), rg: codeOf("rg"), k: codeOf("k"), sc: codeOf("sc"), scn: codeOf("scn") },
  ...{
    re: codeOf("re"),
    m: codeOf("m"),
    l: codeOf("l"),
    c: codeOf("c"),
    v: codeOf("v"),
    y: codeOf("y"),
    n: codeOf("n"),
  },
  ...{ f: codeOf("f"), F: codeOf("F"), B: codeOf("B"), b: codeOf("b"), S: codeOf("S"), s: codeOf("s") },
};
