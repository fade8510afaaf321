import type { LayoutDocument } from "../description.ts";

export const statement: LayoutDocument = {
  name: "statement",
  language: "english",
  header: "Riverside Development Company",
  footer: "F-#",
  blocks: [
    { kind: "heading", level: 1, text: "Statement of cash flows" },
    { kind: "paragraph", text: "(In thousands)" },
    {
      kind: "table",
      rules: "headed",
      widths: [4, 1.1, 1.1, 1.1],
      align: ["left", "right", "right", "right"],
      rows: [
        ["", "2024", "2023", "2022"],
        ["Cash flows from operating activities", "", "", ""],
        ["Net income", "12,480", "9,315", "(1,204)"],
        ["Depreciation of plant and formwork that stays with the company", "3,115", "2,980", "2,744"],
        ["Change in trade receivables", "(845)", "1,220", "(310)"],
        ["Net cash from operating activities", "14,750", "13,515", "1,230"],
        ["Cash flows from investing activities", "", "", ""],
        ["Purchases of equipment", "(6,402)", "(4,118)", "(875)"],
        ["Proceeds from sales", "150", "-", "48"],
        ["Net cash used in investing activities", "(6,252)", "(4,118)", "(827)"],
        ["Cash at the end of the year", "18,904", "10,406", "1,009"],
      ],
    },
    {
      kind: "paragraph",
      text: "The notes on the following pages belong to this statement. Amounts in brackets are payments.",
    },
    { kind: "heading", level: 2, text: "Note 1. Receivables" },
    {
      kind: "paragraph",
      text: "Receivables are stated at their nominal value less what is not expected to come in. At the end of the year four customers owed more than a tenth of the total each; all of them have paid since.",
    },
    {
      kind: "table",
      rules: "none",
      widths: [3, 1.2, 1.2],
      align: ["left", "right", "right"],
      rows: [
        ["Due", "2024", "2023"],
        ["Within one month", "5,120", "4,480"],
        ["Within three months", "1,215", "985"],
        ["Later", "310", "640"],
      ],
    },
  ],
};

export const mixedPage: LayoutDocument = {
  name: "mixed-page",
  language: "english",
  footer: "- # -",
  fixedOnly: true,
  blocks: [
    { kind: "heading", level: 1, text: "Rainfall on site" },
    {
      kind: "columns",
      columns: [
        [
          { kind: "heading", level: 2, text: "Where it is mea\u00ADsured" },
          {
            kind: "paragraph",
            text: "Two gauges stand on the site, one be\u00ADside the of\u00ADfice and one on the roof of the store. They are read at eight in the morn\u00ADing, and what is read counts for the day be\u00ADfore. The gauge on the roof shows about five per cent less, be\u00ADcause of the wind.",
          },
        ],
        [
          { kind: "heading", level: 2, text: "What follows" },
          {
            kind: "paragraph",
            text: "On a day with more than thirty mil\u00ADli\u00ADme\u00ADtres no con\u00ADcrete is placed in the open. The day counts as a day lost if the gauge by the of\u00ADfice says so and the fore\u00ADman has not\u00ADed it on the same day. Two such days in a week move the mile\u00ADstones of that week.",
          },
        ],
      ],
    },
    { kind: "paragraph", text: "Table 1: Millimetres by month" },
    {
      kind: "table",
      rules: "boxed",
      widths: [1.4, 1, 1, 1, 1],
      align: ["left", "right", "right", "right", "right"],
      rows: [
        ["Month", "Office", "Store", "Days over 30", "Days lost"],
        ["January", "12", "11", "0", "0"],
        ["February", "4", "4", "0", "0"],
        ["March", "61", "58", "1", "1"],
        ["April", "118", "112", "2", "1"],
      ],
    },
    {
      kind: "columns",
      columns: [
        [
          { kind: "heading", level: 2, text: "Spring" },
          {
            kind: "paragraph",
            text: "The rain of April came in three nights. The pit of the lift was full each time, and the pump of the neigh\u00ADbour was bor\u00ADrowed.",
          },
        ],
        [
          { kind: "heading", level: 2, text: "Out\u00ADlook" },
          {
            kind: "paragraph",
            text: "For May the drain at the south\u00ADern en\u00ADtrance will be ready. Two more pumps are or\u00ADdered and will stay un\u00ADtil the slab is closed.",
          },
        ],
      ],
    },
  ],
};

export const thaiBoxed: LayoutDocument = {
  name: "bill-boxed-thai",
  language: "thai",
  header: "สัญญาเลขที่ ๗/๒๕๖๘",
  footer: "หน้า #",
  blocks: [
    { kind: "heading", level: 1, align: "center", text: "ใบแจ้งหนี้ค่างวดงาน" },
    { kind: "lines", lines: ["เลขที่ INV-0097", "วันที่ ๓๐ เมษายน ๒๕๖๘"], align: "right" },
    {
      kind: "table",
      rules: "boxed",
      widths: [0.7, 4, 1.2, 1.6],
      align: ["center", "left", "right", "right"],
      rows: [
        ["ที่", "รายการ", "ร้อยละ", "จำนวนเงิน (บาท)"],
        ["๑", "งานเสาเข็มเจาะ", "๑๐๐", "๑,๒๔๙,๗๕๐"],
        ["๒", "งานฐานรากและคานคอดิน", "๘๕", "๘๗๖,๔๐๐"],
        ["๓", "งานเสาชั้นที่ ๑", "๔๐", "๖๘๓,๙๒๕"],
        ["", "รวมทั้งสิ้น", "", "๒,๘๑๐,๐๗๕"],
      ],
    },
    { kind: "paragraph", text: "โปรดชำระภายใน ๓๐ วัน นับจากวันที่ได้รับใบแจ้งหนี้ฉบับนี้" },
  ],
};

export const manual: LayoutDocument = {
  name: "manual",
  language: "english",
  header: "Pump manual",
  footer: "Page #",
  blocks: [
    { kind: "heading", level: 1, text: "Running the sump pump" },
    {
      kind: "paragraph",
      text: "Read this before the pump is switched on for the first time. Keep it in the cabinet beside the switch, where the next one will look for it.",
    },
    { kind: "heading", level: 2, text: "Starting" },
    {
      kind: "list",
      items: [
        { marker: "1.", text: "Open the valve behind the pump." },
        { marker: "2.", text: "Switch on and watch the gauge:" },
        { marker: "•", text: "below 0.5 bar the pump draws air;", depth: 1 },
        {
          marker: "•",
          text: "above 3 bar a valve is closed or the pipe is blocked, and the pump must be stopped at once so that its seal does not burn.",
          depth: 1,
        },
        { marker: "3.", text: "Write the hour into the book." },
      ],
    },
    { kind: "heading", level: 2, text: "When it does not start" },
    {
      kind: "paragraph",
      text: "Look at the float first. It hangs on its cable and must move freely; nine times of ten it has caught on the ladder. Then look at the fuse, which is the third from the left.",
    },
    {
      kind: "list",
      items: [
        { marker: "a)", text: "float free" },
        { marker: "b)", text: "fuse whole" },
        { marker: "c)", text: "plug dry" },
      ],
    },
    { kind: "heading", level: 2, text: "Service" },
    {
      kind: "paragraph",
      text: "Once a year the oil is changed and the strainer washed. What was done is entered below.",
    },
    {
      kind: "table",
      rules: "ruled",
      widths: [1.2, 2.6, 1.2],
      rows: [
        ["Date", "Work", "By"],
        ["2 May 2023", "oil, strainer", "Mason"],
        ["14 May 2024", "oil, strainer, new float because the old one had taken water", "Carter"],
        ["", "", ""],
      ],
    },
  ],
};
