/** UTF-16 units of one page that are shown: no browser lays out more without stopping for seconds. */
const maxShownUnits = 200_000;

/** The beginning of a text that can be shown, and how many units are left out of sight; no letter is cut in two. */
export function shownText(text: string, maxUnits = maxShownUnits): { text: string; leftOut: number } {
  if (text.length <= maxUnits) return { text, leftOut: 0 };
  const end = /[\uD800-\uDBFF]/.test(text.charAt(maxUnits - 1)) ? maxUnits - 1 : maxUnits;
  return { text: text.slice(0, end), leftOut: text.length - end };
}
