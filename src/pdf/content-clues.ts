/** Lines and fills are thinner. In the units of the content, which may be scaled. */
const narrowest = 6;
/** Letters drawn as shapes are many; so are the curves that they have. */
const manyShapes = 60;
const manyCurves = 600;
const light = 0.6;
const mostOperands = 6;

/**
 * Whether the operators of a page's content say that something may hide text or draw letters without text: invisible
 * text, light colours, filled areas, text of no size, many shapes or curves, pictures among the operators. It knows neither
 * the state nor the place of anything, so it says yes for many sound pages, and no only where nothing of the kind is there.
 * 1 µs for some thousand bytes.
 */
export function contentClues(content: Uint8Array): boolean {
  const operands: Operands = {
    content,
    starts: new Int32Array(mostOperands),
    ends: new Int32Array(mostOperands),
    count: 0,
  };
  const path: Path = { areas: 0, shapes: 0, curves: 0, lines: 0, x: 0, y: 0, isRule: true };
  const { length } = content;
  let at = 0;
  while (at < length) {
    const byte = content[at] ?? 0;
    const kind = kinds[byte];
    if (kind === neither) {
      if (byte === open) at = afterString(content, at);
      else if (byte === less && content[at + 1] !== less) at = content.indexOf(greater, at) + 1 || length;
      else if (byte === percent) at = afterComment(content, at);
      else at += 1;
      continue;
    }
    const start = at;
    if (kind === numeral) {
      do at += 1;
      while (at < length && kinds[content[at] ?? 0] === numeral);
      if (operands.count < mostOperands) {
        operands.starts[operands.count] = start;
        operands.ends[operands.count] = at;
        operands.count += 1;
      }
      continue;
    }
    do at += 1;
    while (at < length && kinds[content[at] ?? 0] !== neither);
    if (byte === slash) continue;
    if (at - start <= longestOperator && isClue(operatorAt(content, start, at), operands, path)) return true;
    operands.count = 0;
  }
  return false;
}

/** Where the numbers before an operator stand: of the most operators they are not asked for. */
interface Operands {
  content: Uint8Array;
  starts: Int32Array;
  ends: Int32Array;
  count: number;
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

const [open, close, backslash, percent, less, greater, slash] = [0x28, 0x29, 0x5c, 0x25, 0x3c, 0x3e, 0x2f];
const neither = 0;
const numeral = 1;
const letter = 2;

/** What may stand in a number, and in an operator or a name. `f*` is read as `f`. */
const kinds = Uint8Array.from({ length: 256 }, (_, byte) => {
  const character = String.fromCharCode(byte);
  if (/[\d.+-]/.test(character)) return numeral;
  return /[A-Za-z'"/_#]/.test(character) ? letter : neither;
});

const longestOperator = 3;

/** The bytes of an operator as one number: no string is made for each. */
function operatorAt(content: Uint8Array, start: number, end: number): number {
  let operator = 0;
  for (let at = start; at < end; at += 1) operator = operator * 256 + (content[at] ?? 0);
  return operator;
}

const codeOf = (name: string) => operatorAt(Buffer.from(name), 0, name.length);
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

/** An operand that is missing is 0. */
const operandAt = ({ content, starts, ends }: Operands, index: number): number =>
  index < 0 ? 0 : numberAt(content, starts[index] ?? 0, ends[index] ?? 0);

function numberAt(content: Uint8Array, start: number, end: number): number {
  let [value, scale, negative] = [0, 0, false];
  for (let at = start; at < end; at += 1) {
    const byte = content[at] ?? 0;
    if (byte === 0x2d) negative = true;
    else if (byte === 0x2e) scale = 1;
    else if (byte !== 0x2b) {
      value = value * 10 + byte - 0x30;
      scale *= 10;
    }
  }
  return (negative ? -value : value) / Math.max(1, scale);
}

function afterString(content: Uint8Array, start: number): number {
  let depth = 0;
  for (let at = start; at < content.length; at += 1) {
    const byte = content[at];
    if (byte === backslash) at += 1;
    else if (byte === open) depth += 1;
    else if (byte === close) {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return content.length;
}

function afterComment(content: Uint8Array, start: number): number {
  let at = start;
  while (at < content.length && content[at] !== 0x0a && content[at] !== 0x0d) at += 1;
  return at;
}
