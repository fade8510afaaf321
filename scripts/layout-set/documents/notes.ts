import type { LayoutDocument } from "../description.ts";

export const report: LayoutDocument = {
  name: "report",
  language: "english",
  header: "Monthly progress report 4/2025",
  footer: "Riverside Works page #",
  fixedOnly: true,
  blocks: [
    { kind: "heading", level: 1, text: "Monthly progress report" },
    { kind: "heading", level: 2, text: "Summary" },
    {
      kind: "paragraph",
      text: "Work on the foundations was finished in the second week. The columns of the first level have begun, nine days behind the programme\u00B9, because the tower crane came late.",
    },
    { kind: "heading", level: 2, text: "Progress by trade" },
    { kind: "heading", level: 3, text: "Concrete" },
    { kind: "paragraph", text: "In April 640 cubic metres were placed, against 700 that had been planned\u00B2." },
    {
      kind: "list",
      items: [
        { marker: "•", text: "Footings" },
        { marker: "–", text: "axis A to C finished", depth: 1 },
        {
          marker: "–",
          text: "axis D waits for the diversion of the water main, which the authority has promised for the middle of May",
          depth: 1,
        },
        { marker: "•", text: "Ground beams" },
        { marker: "•", text: "Lift pit: waterproofing tested and found tight" },
      ],
    },
    { kind: "heading", level: 3, text: "Steel" },
    { kind: "paragraph", text: "Bars for the second level are on site. Test certificates are complete." },
    {
      kind: "footnotes",
      notes: ["\u00B9 Programme of 3 January, revision 2.", "\u00B2 Both figures without lean concrete."],
    },
    { kind: "page-break" },
    { kind: "heading", level: 2, text: "Photographs" },
    { kind: "paragraph", text: "Figure 1. Ground beams on axis B, looking north." },
    { kind: "heading", level: 2, text: "Data" },
    {
      kind: "link",
      before: "The readings of the settlement points are at ",
      text: "the project site",
      url: "https://example.org/riverside/settlement",
      after: " and are renewed weekly.",
    },
    { kind: "paragraph", text: "They are read with these lines:" },
    {
      kind: "code",
      lines: [
        "for point in points:",
        "    if point.settlement > 5:",
        "        print(point.name, point.settlement)",
        "total = sum(p.settlement for p in points)",
      ],
    },
    {
      kind: "paragraph",
      text: "Points with more than 5 mm are reported to the engineer on the same day. A value of 2 * 3 mm, or of a_b and c_d, is no markup; nor is the price of <10 or a path such as C:\\data | copy.",
    },
    { kind: "heading", level: 2, text: "Outlook" },
    {
      kind: "paragraph",
      text: "In May the columns of the first level will be finished and the slab above them begun.",
    },
  ],
};
