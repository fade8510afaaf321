/** What Markdown would take for a list, a heading, a quote or a rule at the beginning of a line. */
const lineStart = /^(?:(#{1,6})(?=\s|$)|([-+*])(?=\s)|(>)|([0-9]{1,9})([.)])(?=\s)|([-=_*])(?=[-=_*\s]*$))/u;

/**
 * Puts a backslash before what would change its meaning in Markdown, and before nothing else: a lone asterisk or an
 * underscore within a word stays as it is.
 */
export function escapeText(text: string): string {
  if (!/[\\`*_<[&~|]/.test(text)) return text;
  return text
    .replace(/\\(?=[!-/:-@[-`{-~])/g, "\\\\")
    .replace(/`/g, "\\`")
    .replace(emphasis, (run) => run.replaceAll("*", "\\*"))
    .replace(/(?<![\p{L}\p{N}])_(?=\S)|(?<=\S)_(?![\p{L}\p{N}])/gu, "\\_")
    .replace(/<(?=[A-Za-z/!?])/g, "\\<")
    .replace(/\[(?=[^\]]*\]\()/g, "\\[")
    .replace(/&(?=#?\w+;)/g, "\\&")
    .replace(/~~/g, "\\~~");
}

/** The beginning of a line that is no list, heading or quote. */
export function escapeLineStart(text: string): string {
  return text.replace(lineStart, (run: string, ...groups: unknown[]) => {
    const number = groups[3];
    return typeof number === "string" ? `${number}\\${run.slice(number.length)}` : `\\${run}`;
  });
}

/** From the first asterisk that could open an emphasis to the last one that could close it. */
const emphasis = /\*(?=[^\s*]).*[^\s]\*/g;

export const escapeCell = (text: string): string => escapeText(text).replaceAll("|", "\\|");
