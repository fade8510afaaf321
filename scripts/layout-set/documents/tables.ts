import type { LayoutDocument, TableBlock } from "../description.ts";

const thaiRows = [
  ["ลำดับ", "รายการ", "จำนวน", "หน่วย", "ราคาต่อหน่วย", "จำนวนเงิน"],
  ["1", "คอนกรีตผสมเสร็จ กำลังอัด 240 กก./ตร.ซม.", "350", "ลบ.ม.", "2,150.00", "752,500.00"],
  ["2", "เหล็กเส้นกลม SR24", "12", "ตัน", "24,500.00", "294,000.00"],
  ["3", "เหล็กข้ออ้อย SD40 ขนาดเส้นผ่านศูนย์กลาง 12 มม. รวมลวดผูกและค่าดัด", "38", "ตัน", "26,800.00", "1,018,400.00"],
  ["4", "ไม้แบบหล่อคอนกรีต", "1,200", "ตร.ม.", "320.00", "384,000.00"],
  ["5", "น้ำยากันซึม", "85", "ลิตร", "190.00", "16,150.00"],
  ["6", "ค่าแรงติดตั้ง", "1", "งาน", "95,000.00", "95,000.00"],
  ["", "รวมเป็นเงิน", "", "", "", "2,560,050.00"],
] as const;

export const thaiBill: LayoutDocument = {
  name: "bill-ruled-thai",
  language: "thai",
  blocks: [
    { kind: "heading", level: 1, align: "center", text: "บัญชีแสดงปริมาณงานและราคา" },
    { kind: "lines", lines: ["โครงการก่อสร้างอาคารเรียนรวม", "หมวดงานโครงสร้าง"] },
    {
      kind: "table",
      rules: "ruled",
      widths: [0.8, 3.4, 1, 1, 1.5, 1.7],
      align: ["center", "left", "right", "center", "right", "right"],
      rows: thaiRows,
    },
    { kind: "paragraph", text: "หมายเหตุ ราคาข้างต้นรวมภาษีมูลค่าเพิ่มแล้ว และมีกำหนดยืนราคา ๙๐ วัน" },
  ],
};

const bill: TableBlock = {
  kind: "table",
  rules: "none",
  widths: [0.7, 3.6, 0.9, 1, 1.3, 1.4],
  align: ["left", "left", "left", "right", "right", "right"],
  rows: [
    ["Item", "Description", "Unit", "Quantity", "Rate", "Amount"],
    ["A", "Excavation in ordinary soil to 1.50 m", "m3", "420", "85.00", "35,700.00"],
    ["B", "Lean concrete under footings", "m3", "18", "1,900.00", "34,200.00"],
    ["C", "Reinforced concrete in footings, columns and ground beams", "m3", "96", "2,450.00", "235,200.00"],
    ["D", "Formwork, three uses", "m2", "610", "280.00", "170,800.00"],
    ["E", "Deformed bars, grade SD40", "t", "14.2", "26,500.00", "376,300.00"],
    ["F", "Backfilling and compaction", "m3", "260", "70.00", "18,200.00"],
    ["", "Carried to summary", "", "", "", "870,400.00"],
  ],
};

export const unruledBill: LayoutDocument = {
  name: "bill-unruled",
  language: "english",
  header: "Contract 7/2025 Bill No. 2",
  footer: "2/#",
  blocks: [
    { kind: "heading", level: 1, text: "Bill of quantities" },
    { kind: "heading", level: 2, text: "Substructure" },
    {
      kind: "paragraph",
      text: "Rates include labour, plant, materials and waste. Quantities are net as measured from the drawings.",
    },
    bill,
    { kind: "heading", level: 2, text: "Provisional sums" },
    {
      kind: "table",
      rules: "none",
      widths: [3, 1.2, 1.2],
      align: ["left", "right", "right"],
      rows: [
        ["Work", "2024", "2025"],
        ["Temporary roads", "12,500", "14,000"],
        ["Site drainage", "8,200", "9,100"],
        ["Hoarding and gates", "4,750", "-"],
        ["Total", "25,450", "23,100"],
      ],
    },
    { kind: "paragraph", text: "Provisional sums are spent on the written order of the engineer only." },
  ],
};

export const headedTable: LayoutDocument = {
  name: "table-headed",
  language: "english",
  blocks: [
    { kind: "heading", level: 1, text: "Concrete cube tests" },
    { kind: "paragraph", text: "Table 1. Strength at 7 and 28 days, in newtons per square millimetre." },
    {
      kind: "table",
      rules: "headed",
      widths: [1.6, 1.2, 1, 1, 1.6],
      align: ["left", "left", "right", "right", "left"],
      rows: [
        ["Pour", "Date", "7 days", "28 days", "Result"],
        ["Footing F1 to F6", "3 March", "19.4", "28.1", "passed"],
        ["Footing F7 to F12", "5 March", "18.8", "27.5", "passed"],
        ["Columns, level 1", "18 March", "15.2", "22.9", "cores to be taken"],
        ["Beams, level 2", "2 April", "20.1", "29.3", "passed"],
        ["Slab, level 2", "9 April", "19.0", "27.8", "passed"],
      ],
    },
    {
      kind: "paragraph",
      text: "The columns of level 1 are below the required 24.0. Cores are taken at three places that the engineer chooses, and the result is reported within ten days.",
    },
    { kind: "paragraph", text: "Table 2. Slump by supplier." },
    {
      kind: "table",
      rules: "horizontal",
      widths: [2, 1, 1, 1],
      align: ["left", "right", "right", "right"],
      rows: [
        ["Supplier", "Loads", "Mean slump", "Refused"],
        ["Northern Ready Mix", "48", "102", "1"],
        ["Canal Concrete", "31", "97", "0"],
        ["Harbour Mix", "12", "121", "4"],
      ],
    },
  ],
};

export const mergedTable: LayoutDocument = {
  name: "table-merged",
  language: "thai",
  blocks: [
    { kind: "heading", level: 1, text: "ตารางสรุปงบประมาณรายจ่าย" },
    {
      kind: "table",
      rules: "ruled",
      widths: [2.2, 1.2, 1.2, 1.2, 1.2],
      align: ["left", "right", "right", "right", "right"],
      merged: [
        [0, 1, 2],
        [0, 3, 2],
      ],
      rows: [
        ["หมวดรายจ่าย", "ปี 2566", "", "ปี 2567", ""],
        ["", "ตั้งไว้", "จ่ายจริง", "ตั้งไว้", "จ่ายจริง"],
        ["ค่าที่ดินและสิ่งก่อสร้าง", "12,500,000", "11,980,500", "14,000,000", "9,450,250"],
        ["ค่าครุภัณฑ์", "3,200,000", "3,150,000", "2,800,000", "1,275,000"],
        ["ค่าตอบแทน ใช้สอยและวัสดุ", "1,850,000", "1,790,320", "1,900,000", "845,100"],
        ["รวม", "17,550,000", "16,920,820", "18,700,000", "11,570,350"],
      ],
    },
    { kind: "paragraph", text: "ข้อมูล ณ วันที่ ๓๑ มีนาคม ๒๕๖๗" },
  ],
};

const doors = Array.from({ length: 58 }, (_, at) => [
  `D${String(at + 1).padStart(2, "0")}`,
  ["Timber flush door", "Steel door, fire rated", "Aluminium sliding door"][at % 3] ?? "",
  `${800 + 100 * (at % 4)} x 2100`,
  ["Lobby", "Stair", "Office", "Store", "Plant room"][at % 5] ?? "",
  String(1 + (at % 3)),
]);

export const longTable: LayoutDocument = {
  name: "table-two-pages",
  language: "english",
  header: "Drawing A-501 revision C",
  footer: "Sheet #",
  fixedOnly: true,
  blocks: [
    { kind: "heading", level: 1, text: "Door schedule" },
    {
      kind: "table",
      rules: "ruled",
      widths: [0.8, 2.4, 1.4, 1.4, 0.8],
      align: ["left", "left", "left", "left", "right"],
      rows: [["Mark", "Type", "Size", "Room", "Sets"], ...doors],
    },
    { kind: "paragraph", text: "All sizes are in millimetres between finished surfaces." },
  ],
};
