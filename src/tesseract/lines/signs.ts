import { doubtAllArabic } from "../digits/doubtful-digits.ts";
import { type CheckBox, textOfCheckBox } from "../layout/check-boxes.ts";
import type { Leader } from "../layout/dotted-leaders.ts";
import type { Box } from "../picture/ink.ts";

/** What stands in lines and is no print: check boxes, and rows of dots. */
export interface Sign extends Box {
  text: string;
  /** What is narrower beside it has no letter. */
  minBesidePx: number;
}

/** The frame of a check box is as wide as a letter, and its tick reaches out of it; a digit behind dots may be a 1. */
const minBesideShares = { checkBox: 0.6, leader: 0.2 } as const;

/** As it stands in a text. */
export const signOfCheckBox = (box: CheckBox): Sign => ({
  ...box,
  text: textOfCheckBox(box),
  minBesidePx: minBesideShares.checkBox * box.width,
});

const ellipsis = "…";

/** An ellipsis: that something belongs together, and nothing is said between. */
export const signOfLeader = ({ left, top, width, height }: Leader): Sign => ({
  ...{ left, top, width, height },
  text: ellipsis,
  minBesidePx: minBesideShares.leader * height,
});

/** A text that stands behind a sign: a 1 alone behind dots, in serif type, is read as a stroke. */
export const textBehind = (sign: Sign | undefined, text: string): string =>
  sign?.text === ellipsis && text === "|" ? doubtAllArabic("1") : text;
