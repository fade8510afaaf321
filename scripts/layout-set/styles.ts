import type { Style } from "./description.ts";

export const styles: readonly [Style, Style, Style] = [
  {
    ...{ name: "clear", body: 11, headings: [1.6, 1.3, 1.12], boldHeadings: true, lineHeight: 1.4, latin: "helvetica" },
    ...{ wordByWord: false, justified: false, columnByColumn: false, filledRules: false, marginPt: 56 },
  },
  {
    ...{ name: "office", body: 12, headings: [1.35, 1.15, 1], boldHeadings: true, lineHeight: 1.25, latin: "times" },
    ...{ wordByWord: true, justified: true, columnByColumn: true, filledRules: true, marginPt: 64 },
  },
  {
    ...{
      name: "tight",
      body: 9.5,
      headings: [1.8, 1.4, 1.2],
      boldHeadings: false,
      lineHeight: 1.2,
      latin: "helvetica",
    },
    ...{ wordByWord: false, justified: false, columnByColumn: false, filledRules: true, marginPt: 44 },
  },
];

/** Of the layouts that are kept aside. */
export const asideStyles: readonly [Style, Style] = [
  {
    ...{ name: "mild", body: 10.5, headings: [1.5, 1.25, 1.1], boldHeadings: true, lineHeight: 1.32, latin: "sarabun" },
    ...{ wordByWord: false, justified: false, columnByColumn: true, filledRules: false, marginPt: 50 },
  },
  {
    ...{ name: "wide", body: 11.5, headings: [2, 1.3, 1], boldHeadings: true, lineHeight: 1.5, latin: "times" },
    ...{ wordByWord: true, justified: true, columnByColumn: false, filledRules: true, marginPt: 70 },
  },
];
