/** Text in its forms, and nothing that acts, loads, leads anywhere or moves out of its place. */
export const keptTags: readonly string[] = [
  ...["h1", "h2", "h3", "h4", "h5", "h6", "p", "br", "hr", "blockquote", "pre", "code"],
  ...["strong", "em", "b", "i", "u", "s", "del", "ins", "sub", "sup", "small"],
  ...["ul", "ol", "li", "dl", "dt", "dd", "figure", "figcaption", "page_number"],
  ...["table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td"],
];

export const keptAttributes: readonly string[] = ["colspan", "rowspan", "align", "start", "scope"];

/**
 * HTML of which the tags in `kept` are left, with their harmless attributes; every other tag becomes text that can be
 * read. A browser that parses the result finds nothing to run, to load, or to complain of.
 */
export function keepTags(html: string, kept: ReadonlySet<string>): string {
  return html.replace(/<(?:(\/?)([a-z][\w-]*)((?:[\s/][^<>]*)?)>)?/gi, (whole, slash, name, rest) => {
    if (name === undefined || !kept.has(name.toLowerCase())) return escapeTags(whole);
    return slash === "/" ? `</${name}>` : `<${name}${attributesIn(rest)}>`;
  });
}

const escapeTags = (text: string) => text.replaceAll("<", "&lt;").replaceAll(">", "&gt;");

function attributesIn(text: string): string {
  const found = text.matchAll(/\s([a-z]+)\s*=\s*(?:"(\w{1,12})"|'(\w{1,12})'|(\w{1,12})(?=[\s/]|$))/gi);
  return [...found]
    .filter(([, name = ""]) => keptAttributes.includes(name.toLowerCase()))
    .map(([, name, ...values]) => ` ${name}="${values.find((value) => value !== undefined)}"`)
    .join("");
}
