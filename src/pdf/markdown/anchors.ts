import { type Box, overlap, widthOf } from "./box.ts";
import type { PageLink, TextLine } from "./page-structure.ts";
import { textOfRuns } from "./run-marks.ts";

/** Text that a link lies on. */
export interface Anchor {
  text: string;
  url: string;
}

/** A link may be so much wider or narrower than the words under it are thought to be. */
const widthTolerance = 0.25;

/** The texts of a line that links lie on: whole words, whose places are told from how wide letters usually are. */
export function anchorsOf(line: TextLine, links: readonly PageLink[]): Anchor[] {
  return links.flatMap(({ box, url }) => {
    if (overlap(box[1], box[3], line.box[1], line.box[3]) < 0.5 * (line.box[3] - line.box[1])) return [];
    const text = wordsUnder(line, box);
    return text === "" || isAddress(text, url) || !/^(?:https?|mailto):[^\s<>()]+$/i.test(url) ? [] : [{ text, url }];
  });
}

function wordsUnder({ runs, box }: TextLine, link: Box): string {
  const text = textOfRuns(runs);
  const scale = widthOf(box) / Math.max(1, widthOfText(text.trim()));
  let right = box[0];
  const found: string[] = [];
  let width = 0;
  for (const word of text.trim().split(/(?<=\s)(?=\S)/)) {
    const left = right;
    right += scale * widthOfText(word);
    const middle = (left + right) / 2;
    if (middle <= link[0] || middle >= link[2]) continue;
    found.push(word);
    width += right - left;
  }
  const under = Math.min(widthOf(link), box[2] - link[0], link[2] - box[0]);
  return Math.abs(width - under) <= widthTolerance * under + scale ? found.join("").trim() : "";
}

/** In widths of most letters. */
function widthOfText(text: string): number {
  let width = 0;
  for (const letter of text) {
    if (/[\p{M}\uFDD0-\uFDD3]/u.test(letter)) continue;
    width += /[\sijltfrI.,:;!'|()[\]]/.test(letter) ? 0.55 : /[mwMWA-Z@%]/.test(letter) ? 1.35 : 1;
  }
  return width;
}

/** An address that is written out is a link as it stands. */
const isAddress = (text: string, url: string) =>
  /^(?:https?:\/\/|www\.)/i.test(text) || url.replace(/^mailto:/i, "").includes(text.replace(/[/.,]$/, ""));

/** Makes links of the anchors, one after the other, in text that is escaped already by `escaping`. */
export function withAnchors(text: string, anchors: readonly Anchor[], escaping: (text: string) => string): string {
  let linked = "";
  let rest = text;
  for (const anchor of anchors) {
    const label = escaping(anchor.text);
    const at = rest.indexOf(label);
    if (at < 0) continue;
    linked += `${rest.slice(0, at)}[${label}](${anchor.url})`;
    rest = rest.slice(at + label.length);
  }
  return linked + rest;
}
