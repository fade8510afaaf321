import type { LayoutDocument } from "../description.ts";

export const invoice: LayoutDocument = {
  name: "invoice",
  language: "english",
  blocks: [
    {
      kind: "columns",
      columns: [
        [{ kind: "lines", lines: ["Harbour Tools Limited", "7 Quay Lane", "Tel. 555 0147"] }],
        [{ kind: "lines", lines: ["Bill to", "Riverside Works Office", "12 Canal Road"] }],
      ],
    },
    { kind: "heading", level: 1, text: "Invoice 2291" },
    {
      kind: "fields",
      style: "gap",
      across: 2,
      fields: [
        ["Invoice date", "9 May 2025"],
        ["Due date", "8 June 2025"],
        ["Order", "PO-7714"],
        ["Terms", "30 days net"],
      ],
    },
    { kind: "space", points: 8 },
    {
      kind: "table",
      rules: "zebra",
      widths: [1, 3.4, 0.8, 1.2, 1.3],
      align: ["left", "left", "right", "right", "right"],
      rows: [
        ["Code", "Article", "Qty", "Price", "Total"],
        ["T-014", "Laser level with tripod", "2", "310.00", "620.00"],
        ["T-077", "Rebar cutter, for bars up to 25 mm, with two spare blades", "1", "1,480.00", "1,480.00"],
        ["S-003", "Safety helmet, white", "25", "9.80", "245.00"],
        ["S-019", "Gloves, pair", "60", "2.15", "129.00"],
        ["", "", "", "Net", "2,474.00"],
        ["", "", "", "Tax 7 %", "173.18"],
        ["", "", "", "Total", "2,647.18"],
      ],
    },
    {
      kind: "paragraph",
      text: "Goods remain ours until they are paid. Please name the number of the invoice with your payment.",
    },
  ],
};

export const resume: LayoutDocument = {
  name: "resume",
  language: "english",
  blocks: [
    { kind: "heading", level: 1, text: "Maria Sample" },
    { kind: "paragraph", text: "Structural engineer, 14 Hill Road, maria@example.org" },
    { kind: "heading", level: 2, text: "Experience" },
    {
      kind: "columns",
      shares: [1, 3.4],
      columns: [
        [{ kind: "lines", lines: ["2019 to 2025"] }],
        [
          {
            kind: "paragraph",
            text: "Resident engineer, Riverside Works. Led a team of five through the foundations of three buildings and two bridges; cut the time between pour and report from nine days to two.",
          },
        ],
      ],
    },
    {
      kind: "columns",
      shares: [1, 3.4],
      columns: [
        [{ kind: "lines", lines: ["2014 to 2019"] }],
        [
          {
            kind: "paragraph",
            text: "Design engineer, Example and Partners. Post-tensioned slabs, transfer beams, and the checking of shop drawings.",
          },
        ],
      ],
    },
    { kind: "heading", level: 2, text: "Education" },
    {
      kind: "columns",
      shares: [1, 3.4],
      columns: [
        [{ kind: "lines", lines: ["2010 to 2014"] }],
        [{ kind: "paragraph", text: "Bachelor of engineering, with a thesis on the creep of young concrete." }],
      ],
    },
    { kind: "heading", level: 2, text: "Languages" },
    {
      kind: "list",
      items: [
        { marker: "•", text: "Thai, mother tongue" },
        { marker: "•", text: "English, fluent" },
        { marker: "•", text: "German, some" },
      ],
    },
  ],
};

export const contents: LayoutDocument = {
  name: "contents",
  language: "english",
  footer: "iii",
  blocks: [
    { kind: "heading", level: 1, text: "Contents" },
    {
      kind: "contents",
      entries: [
        ["1 Introduction", 1],
        ["2 The site", 4],
        ["2.1 Ground", 4],
        ["2.2 Water", 7],
        ["3 Foundations", 12],
        ["3.1 Piles and their tests, with the records of all borings", 13],
        ["4 Costs", 31],
        ["Index", 40],
      ],
    },
    { kind: "paragraph", text: "Drawings are bound at the end and have no page numbers." },
  ],
};

export const timetable: LayoutDocument = {
  name: "timetable",
  language: "thai",
  blocks: [
    { kind: "heading", level: 1, align: "center", text: "ตารางการอบรมความปลอดภัยในงานก่อสร้าง" },
    {
      kind: "table",
      rules: "ruled",
      widths: [1.2, 2, 2, 2],
      align: ["center", "left", "left", "left"],
      rows: [
        ["เวลา", "วันจันทร์", "วันพุธ", "วันศุกร์"],
        ["08.30-10.00", "ปฐมนิเทศและกฎระเบียบของหน่วยงานก่อสร้าง", "งานบนที่สูงและการใช้นั่งร้านอย่างถูกวิธี", "ทบทวนและทดสอบ"],
        ["10.15-12.00", "อุปกรณ์ป้องกันส่วนบุคคล", "", "มอบวุฒิบัตร"],
        ["13.00-14.30", "งานไฟฟ้าชั่วคราว", "การยกของด้วยปั้นจั่น", ""],
        ["14.45-16.00", "การปฐมพยาบาล", "การอพยพหนีไฟและการใช้ถังดับเพลิงเบื้องต้น", ""],
      ],
    },
    { kind: "paragraph", text: "ผู้เข้าอบรมต้องลงชื่อก่อนเวลา ๐๘.๑๕ น. ทุกวัน" },
  ],
};
