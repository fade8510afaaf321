export interface ListMarker {
  /** As it stands on the page. */
  text: string;
  /** What follows it. */
  rest: string;
  kind: "bullet" | "decimal" | "letter" | "bracketed" | "levels";
  /** Numbers in it: 3 for `1.2.3`; 1 for everything else. */
  depth: number;
}

const bullet =
  /^([•▪‣◦●○■□◆◇➢➤►▶✓✔❖·∙⁃–—*\uF0B7\uF0A7\uF0D8\uF076\uF0FC-])(?:\s+|(?<=[•▪‣◦●○■□◆◇➢➤►▶✓✔❖\uF0B7\uF0A7\uF0D8\uF076\uF0FC]))(?=\S)/u;
const levels = /^(\p{Nd}{1,3}(?:\.\p{Nd}{1,3})+)[.)]?\s+(?=\S)/u;
const decimal = /^(\p{Nd}{1,3})[.)]\s+(?=\S)/u;
const letter = /^((?:[A-Za-z]|[ivxIVX]{1,5}|[ก-ฮ]))[.)]\s+(?=\S)/u;
const bracketed = /^\((\p{Nd}{1,3}|[A-Za-z]|[ivxIVX]{1,5}|[ก-ฮ])\)\s*(?=\S)/u;
const reference = /^\[(\p{Nd}{1,3})\]\s+(?=\S)/u;

/** How lists of Latin and Thai documents are marked: `•`, `1.`, `๑)`, `ก.`, `(a)`, `1.1.1`. */
export function listMarker(text: string): ListMarker | undefined {
  return (
    matched(bullet, "bullet", text) ??
    matched(levels, "levels", text) ??
    matched(decimal, "decimal", text) ??
    matched(bracketed, "bracketed", text) ??
    matched(letter, "letter", text) ??
    matched(reference, "bracketed", text)
  );
}

function matched(pattern: RegExp, kind: ListMarker["kind"], text: string): ListMarker | undefined {
  const found = pattern.exec(text);
  if (found === null) return undefined;
  const depth = kind === "levels" ? (found[1]?.split(".").length ?? 1) : 1;
  return { text: found[0].trim(), rest: text.slice(found[0].length), kind, depth };
}
