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
 * 1 µs for 500 bytes.
 */
export function contentClues(content: Uint8Array): boolean {
  const operands = new Float64Array(mostOperands);
  const path = { areas: 0, shapes: 0, curves: 0 };
  let count = 0;
  let at = 0;
  while (at < content.length) {
    const byte = content[at] ?? 0;
    if (byte === open) at = afterString(content, at);
    else if (byte === percent) at = afterComment(content, at);
    else if (byte === less && content[at + 1] !== less) at = content.indexOf(greater, at) + 1 || content.length;
    else if (kinds[byte] === numeral) {
      const start = at;
      while (kinds[content[at] ?? 0] === numeral) at += 1;
      if (count < mostOperands) operands[count++] = numberAt(content, start, at);
    } else if (kinds[byte] === letter) {
      const start = at;
      while (kinds[content[at] ?? 0] === letter || kinds[content[at] ?? 0] === numeral) at += 1;
      if (byte === slash) continue;
      if (isClue(operatorAt(content, start, at), operands.subarray(0, count), path)) return true;
      count = 0;
    } else at += 1;
  }
  return false;
}

function isClue(
  operator: string,
  operands: Float64Array,
  path: { areas: number; shapes: number; curves: number },
): boolean {
  const last = operands.at(-1) ?? 0;
  switch (operator) {
    case "Tr":
      return last === 3 || last === 7;
    case "Tf":
      return Math.abs(last) < 1;
    case "g":
    case "rg":
    case "k":
    case "sc":
    case "scn":
      return isLight(operands);
    case "re":
      if (Math.abs(last) > narrowest && Math.abs(operands.at(-2) ?? 0) > narrowest) path.areas += 1;
      return false;
    case "l":
      path.areas += 1;
      return false;
    case "c":
    case "v":
    case "y":
      path.areas += 1;
      path.curves += 1;
      return path.curves >= manyCurves;
    case "f":
    case "F":
    case "B":
    case "b":
      return path.areas > 0;
    case "S":
    case "s":
      path.areas = 0;
      path.shapes += 1;
      return path.shapes >= manyShapes;
    case "n":
      path.areas = 0;
      return false;
    case "ID":
      return true;
    default:
      return false;
  }
}

/** A pattern has no operand that is a number, and may have any colour. */
function isLight(operands: Float64Array): boolean {
  if (operands.length === 4) return operands.every((part) => part <= 1 - light);
  return operands.every((part) => part >= light);
}

const [open, close, backslash, percent, less, greater, slash] = [0x28, 0x29, 0x5c, 0x25, 0x3c, 0x3e, 0x2f];
const numeral = 1;
const letter = 2;

/** What may stand in a number, and in an operator or a name. `f*` is read as `f`. */
const kinds = Uint8Array.from({ length: 256 }, (_, byte) => {
  const character = String.fromCharCode(byte);
  if (/[\d.+-]/.test(character)) return numeral;
  return /[A-Za-z'"/_#]/.test(character) ? letter : 0;
});

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

/** Operators have three letters at most. */
function operatorAt(content: Uint8Array, start: number, end: number): string {
  let operator = "";
  for (let at = start; at < Math.min(end, start + 4); at += 1) operator += String.fromCharCode(content[at] ?? 0);
  return operator;
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
