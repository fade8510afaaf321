/** Letters, marks and digits are counted; everything else may be changed by markup. */
const counted = Uint8Array.from({ length: 0x10000 }, (_, code) =>
  (code >= 0xd800 && code < 0xe000) || /[\p{L}\p{M}\p{N}]/u.test(String.fromCharCode(code)) ? 1 : 0,
);

/** Whether two texts hold the same letters and digits, each as often, in whatever order; `added` may be in the first only. */
export function hasSameLetters(markdown: string, plain: string, added = ""): boolean {
  const balance = new Int32Array(0x10000);
  count(balance, markdown, 1);
  count(balance, added, -1);
  count(balance, plain, -1);
  return isEven(balance, markdown) && isEven(balance, plain) && isEven(balance, added);
}

/** Looks at the letters of the text only: going through all that there are costs more than counting a page. */
function isEven(balance: Int32Array, text: string): boolean {
  for (let index = 0; index < text.length; index += 1) if (balance[text.charCodeAt(index)] !== 0) return false;
  return true;
}

function count(balance: Int32Array, text: string, step: number): void {
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (counted[code] === 1) balance[code] = (balance[code] ?? 0) + step;
  }
}
