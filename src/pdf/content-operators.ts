const mostOperands = 6;

/**
 * Whether one of the operators of a page's content is wanted; the first that is ends the reading. Texts, comments, names
 * and dictionaries are passed over.
 *
 * @param isWanted is asked of each with its code (`codeOf`) and the numbers before it, the first six
 */
export function someOperator(
  content: Uint8Array,
  isWanted: (operator: number, operands: Operands) => boolean,
): boolean {
  const operands: Operands = {
    content,
    starts: new Int32Array(mostOperands),
    ends: new Int32Array(mostOperands),
    count: 0,
  };
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
    if (at - start <= longestOperator && isWanted(operatorAt(content, start, at), operands)) return true;
    operands.count = 0;
  }
  return false;
}

/** Where the numbers before an operator stand: of the most operators they are not asked for. */
export interface Operands {
  content: Uint8Array;
  starts: Int32Array;
  ends: Int32Array;
  count: number;
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

/** An operator's code, by its name of at most three letters. */
export const codeOf = (name: string) => operatorAt(Buffer.from(name), 0, name.length);

/** An operand that is missing is 0. */
export const operandAt = ({ content, starts, ends }: Operands, index: number): number =>
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
