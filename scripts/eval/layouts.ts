import type { PlacedPart, Rule } from "./render-document.ts";

/** One page whose parts stand in places of their own: what a reading may bring into a wrong order. */
export interface EvaluationLayout {
  name: string;
  parts: readonly PlacedPart[];
  rules: readonly Rule[];
  /** The text in reading order: column after column, tables row by row, title blocks cell by cell. */
  truth: string;
  /** Kept aside: nothing is tuned on it, so that its figure tells what tuning was worth. */
  keptAside: boolean;
}

const paragraphs = (texts: readonly string[]) => texts.map((text) => `<p>${text}</p>`).join("");

const report = {
  title: "รายงานความก้าวหน้างานก่อสร้างประจำเดือน",
  left: [
    "งานฐานรากของอาคารแล้วเสร็จตามแผน เสาเข็มเจาะทั้งหมด ผ่านการทดสอบความสมบูรณ์ ผลทดสอบกำลังรับน้ำหนักอยู่ในเกณฑ์ที่กำหนด งานดินขุดและงานดินถม บริเวณด้านหลังอาคาร ยังล่าช้ากว่าแผนเล็กน้อย เนื่องจากฝนตกต่อเนื่องและดินอ่อนตัว",
    "ผู้รับจ้างได้เพิ่มเครื่องจักร และแรงงานในช่วงกลางคืน โดยได้รับอนุญาตจากเจ้าของโครงการแล้ว คาดว่าจะกลับมาเป็นไปตามแผน ภายในสิ้นเดือนหน้า งานโครงสร้างชั้นสอง เริ่มติดตั้งแบบหล่อ และเหล็กเสริมแล้ว",
  ],
  right: [
    "ด้านความปลอดภัยในการทำงาน ไม่มีอุบัติเหตุร้ายแรง ในรอบเดือนนี้ มีเพียงการบาดเจ็บเล็กน้อยสองครั้ง ซึ่งได้ปฐมพยาบาล และสอบสวนหาสาเหตุเรียบร้อยแล้ว ได้จัดอบรมคนงานใหม่ ทุกวันจันทร์ก่อนเริ่มงาน",
    "วัสดุหลัก ที่ส่งเข้าสถานที่ก่อสร้าง ได้แก่ เหล็กข้ออ้อย ปูนซีเมนต์ และท่อระบายน้ำ ทุกรายการมีใบรับรองคุณภาพจากผู้ผลิต ส่วนลิฟต์และเครื่องปรับอากาศ อยู่ระหว่างการสั่งซื้อ จากต่างประเทศ และจะมาถึงในไตรมาสถัดไป",
  ],
};

/** The second column is Thai, the first English. */
const bulletin = {
  left: [
    "The contractor shall keep the site clean and shall remove all waste at the end of each week. Paths for people on foot are fenced off from the paths of lorries, and both are lit during the night.",
    "Materials are stored above the ground and under cover. Cement that has become hard in the bag is not used and is taken away at once.",
    "Cranes are inspected every month by a licensed engineer, whose report is kept at the site office.",
  ],
  right: [
    "ผู้รับจ้างต้องจัดให้มีรั้วชั่วคราว รอบสถานที่ก่อสร้าง พร้อมป้ายเตือนและไฟสัญญาณในเวลากลางคืน ห้ามบุคคลภายนอกเข้าพื้นที่ โดยไม่ได้รับอนุญาต",
    "คนงานทุกคนต้องสวมหมวกนิรภัย รองเท้านิรภัย และเข็มขัดนิรภัยเมื่อทำงานบนที่สูง ผู้ฝ่าฝืนจะถูกตักเตือนและห้ามเข้าทำงาน",
    "เมื่อเกิดเหตุเพลิงไหม้ให้แจ้งหัวหน้างานทันที และไปรวมกันที่จุดรวมพลหน้าประตูทางเข้า",
  ],
};

/** Two columns of text below a title. */
function columns(): EvaluationLayout {
  const { title, left, right } = report;
  return {
    name: "columns",
    keptAside: false,
    parts: [
      { html: `<h2>${title}</h2>`, left: 40, top: 40, width: 515, sizePt: 14 },
      { html: paragraphs(left), left: 40, top: 100, width: 245, sizePt: 13 },
      { html: paragraphs(right), left: 310, top: 100, width: 245, sizePt: 13 },
    ],
    rules: [],
    truth: [title, ...left, ...right].join("\n"),
  };
}

/** Two columns whose lines do not stand beside each other, in two languages and sizes, above a line across. */
function bilingual(): EvaluationLayout {
  const foot = "Document HSE-07 revision 2 is valid until it is replaced by the site manager in writing.";
  const { left, right } = bulletin;
  return {
    name: "bilingual",
    keptAside: true,
    parts: [
      { html: paragraphs(left), left: 45, top: 60, width: 230, sizePt: 11 },
      { html: paragraphs(right), left: 305, top: 66, width: 245, sizePt: 13 },
      { html: `<p>${foot}</p>`, left: 45, top: 560, width: 505, sizePt: 11 },
    ],
    rules: [],
    truth: [...left, ...right, foot].join("\n"),
  };
}

export interface Grid {
  left: number;
  top: number;
  rowPt: number;
  /** Of each column: its width, and whether its cells end at its right edge. */
  columns: readonly { width: number; right?: boolean }[];
  rows: readonly (readonly string[])[];
  sizePt: number;
}

export function gridParts({ left, top, rowPt, columns, rows, sizePt }: Grid): PlacedPart[] {
  const lefts = columns.map((_, at) => left + columns.slice(0, at).reduce((sum, { width }) => sum + width, 0));
  return rows.flatMap((row, index) =>
    row.flatMap((cell, at) => {
      const column = columns[at];
      if (cell === "" || column === undefined) return [];
      const [inset, width] = [4, 300];
      const cellLeft = lefts[at] ?? 0;
      const rightLeft = cellLeft + column.width - inset - width;
      const isRight = column.right === true;
      const html = `<p style="text-align: ${isRight ? "right" : "left"}">${cell}</p>`;
      return [{ html, left: isRight ? rightLeft : cellLeft + inset, top: top + index * rowPt + 2, width, sizePt }];
    }),
  );
}

export function gridRules({ left, top, rowPt, columns, rows }: Grid): Rule[] {
  const edges = [0, ...columns.map((_, at) => columns.slice(0, at + 1).reduce((sum, { width }) => sum + width, 0))];
  const [right, bottom] = [left + (edges.at(-1) ?? 0), top + rows.length * rowPt];
  const across = Array.from(
    { length: rows.length + 1 },
    (_, at): Rule => [left, top + at * rowPt, right, top + at * rowPt],
  );
  const down = edges.map((edge): Rule => [left + edge, top, left + edge, bottom]);
  return [...across, ...down];
}

export const gridText = ({ rows }: Grid) => rows.map((row) => row.filter((cell) => cell !== "").join(" "));

/** A bill of quantities within rules, with headings of sections and sums. */
function bill(): EvaluationLayout {
  const title = "บัญชีแสดงปริมาณงานและราคาค่าก่อสร้าง";
  const grid: Grid = {
    left: 35,
    top: 90,
    rowPt: 25,
    sizePt: 11,
    columns: [
      { width: 40 },
      { width: 210 },
      { width: 60, right: true },
      { width: 50 },
      { width: 75, right: true },
      { width: 90, right: true },
    ],
    rows: [
      ["ที่", "รายการ", "จำนวน", "หน่วย", "ราคาต่อหน่วย", "จำนวนเงิน"],
      ["1", "งานโครงสร้าง", "", "", "", ""],
      ["1.1", "เสาเข็มเจาะขนาด 0.60 ม.", "48", "ต้น", "32,500.00", "1,560,000.00"],
      ["1.2", "คอนกรีตกำลังอัด 280 กก./ตร.ซม.", "350", "ลบ.ม.", "2,450.00", "857,500.00"],
      ["1.3", "เหล็กข้ออ้อย SD40 ขนาด 16 มม.", "24.50", "ตัน", "26,800.00", "656,600.00"],
      ["1.4", "ไม้แบบ", "1,200", "ตร.ม.", "420.00", "504,000.00"],
      ["2", "งานสถาปัตยกรรม", "", "", "", ""],
      ["2.1", "ผนังก่ออิฐมวลเบาหนา 7.5 ซม.", "860", "ตร.ม.", "395.00", "339,700.00"],
      ["2.2", "พื้นปูกระเบื้องแกรนิตโต้", "540", "ตร.ม.", "890.00", "480,600.00"],
      ["2.3", "ฝ้าเพดานยิปซัมบอร์ด", "510", "ตร.ม.", "365.00", "186,150.00"],
      ["", "รวมเป็นเงินทั้งสิ้น", "", "", "", "4,584,550.00"],
    ],
  };
  return {
    name: "bill",
    keptAside: false,
    parts: [{ html: `<h2>${title}</h2>`, left: 40, top: 40, width: 515, sizePt: 13 }, ...gridParts(grid)],
    rules: gridRules(grid),
    truth: [title, ...gridText(grid)].join("\n"),
  };
}

/** A priced list that has rules above and below its head only, between two lines of text. */
function priceList(): EvaluationLayout {
  const before = "ใบเสนอราคาเลขที่ QT 2568/017 เรียน ฝ่ายจัดซื้อ ขอเสนอราคาวัสดุดังต่อไปนี้";
  const after = "ราคานี้ยังไม่รวมภาษีมูลค่าเพิ่ม และยืนราคา 30 วันนับจากวันที่เสนอราคา";
  const grid: Grid = {
    left: 50,
    top: 110,
    rowPt: 23,
    sizePt: 12,
    columns: [{ width: 45 }, { width: 235 }, { width: 60, right: true }, { width: 65 }, { width: 90, right: true }],
    rows: [
      ["Item", "Description", "Qty", "Unit", "Amount"],
      ["1", "PVC pipe class 8.5, 4 inch", "120", "pcs", "33,600"],
      ["2", "ข้อต่อตรง 4 นิ้ว", "85", "ตัว", "3,825"],
      ["3", "Gate valve, brass, 2 inch", "16", "pcs", "18,400"],
      ["4", "ถังเก็บน้ำสแตนเลส 2,000 ลิตร", "4", "ใบ", "62,000"],
      ["5", "Transfer pump 3 HP", "2", "set", "47,500"],
      ["6", "สายไฟ THW 4 ตร.มม.", "900", "เมตร", "22,500"],
      ["7", "Labour and installation", "1", "lot", "58,000"],
    ],
  };
  const right = 50 + 495;
  return {
    name: "price-list",
    keptAside: true,
    parts: [
      { html: `<p>${before}</p>`, left: 50, top: 60, width: 495, sizePt: 12 },
      ...gridParts(grid),
      { html: `<p>${after}</p>`, left: 50, top: 330, width: 495, sizePt: 12 },
    ],
    rules: [
      [50, 110, right, 110],
      [50, 133, right, 133],
      [50, 297, right, 297],
    ],
    truth: [before, ...gridText(grid), after].join("\n"),
  };
}

/** A cell of a title block: a small label above what was filled in. */
interface Cell {
  left: number;
  top: number;
  width: number;
  height: number;
  label: string;
  value: string;
  sizePt: number;
}

const cellParts = ({ left, top, width, label, value, sizePt }: Cell): PlacedPart[] => [
  { html: `<p>${label}</p>`, left: left + 4, top: top + 1, width: width - 8, sizePt: 8 },
  { html: `<p>${value}</p>`, left: left + 4, top: top + 14, width: width - 8, sizePt },
];

const cellRules = ({ left, top, width, height }: Cell): Rule[] => [
  [left, top, left + width, top],
  [left, top + height, left + width, top + height],
  [left, top, left, top + height],
  [left + width, top, left + width, top + height],
];

const cellText = ({ label, value }: Cell) => `${label}\n${value}`;

/** What is drawn above a title block: a plan of rooms, without text. */
const plan: readonly Rule[] = [
  [80, 120, 480, 120],
  [80, 120, 80, 420],
  [480, 120, 480, 420],
  [80, 420, 480, 420],
  [80, 270, 480, 270],
  [280, 120, 280, 270],
  [210, 270, 210, 420],
  [360, 270, 330, 420],
];

/** A title block along the lower edge of a drawing. */
function titleBlock(): EvaluationLayout {
  const cell = (
    left: number,
    top: number,
    width: number,
    height: number,
    label: string,
    value: string,
    sizePt = 11,
  ): Cell => ({ left, top, width, height, label, value, sizePt });
  const cells = [
    cell(40, 640, 275, 40, "PROJECT / โครงการ", "อาคารเรียนรวม 5 ชั้น", 13),
    cell(315, 640, 240, 40, "OWNER / เจ้าของ", "มหาวิทยาลัยเทคโนโลยี", 13),
    cell(40, 680, 275, 40, "DRAWING TITLE / ชื่อแบบ", "แปลนพื้นชั้นที่ 2", 13),
    cell(315, 680, 120, 40, "SCALE / มาตราส่วน", "1:100"),
    cell(435, 680, 120, 40, "DATE / วันที่", "15 ม.ค. 2568"),
    cell(40, 720, 95, 40, "DRAWN / เขียนแบบ", "สมชาย ก."),
    cell(135, 720, 90, 40, "CHECKED / ตรวจ", "วิภา ส."),
    cell(225, 720, 90, 40, "APPROVED", "ประเสริฐ ท."),
    cell(315, 720, 160, 40, "DWG NO.", "S-201", 14),
    cell(475, 720, 80, 40, "REV.", "B", 14),
  ];
  return {
    name: "title-block",
    keptAside: false,
    parts: cells.flatMap(cellParts),
    rules: [...plan, ...cells.flatMap(cellRules)],
    truth: cells.map(cellText).join("\n"),
  };
}

/** A title block as a strip along the right edge, beside a plan with notes. */
function titleStrip(): EvaluationLayout {
  const labels = [
    ["CLIENT", "กรมทางหลวง"],
    ["PROJECT", "สะพานข้ามคลองบางกอก"],
    ["CONSULTANT", "Asia Bridge Design Co., Ltd."],
    ["TITLE", "รูปตัดตามยาว"],
    ["DESIGNED", "K. Wattana"],
    ["DATE", "2025-03-18"],
    ["SCALE", "1 : 250"],
    ["SHEET", "BR-114 of 160"],
  ] as const;
  const cells = labels.map(([label, value], at): Cell => {
    return { left: 390, top: 420 + 44 * at, width: 170, height: 44, label, value, sizePt: 11 };
  });
  const notes = [
    "NOTES",
    "1. All dimensions are in millimetres.",
    "2. Concrete cover is 50 mm.",
    "3. ระดับทั้งหมดเป็นเมตร รทก.",
  ];
  const parts = notes.map((note, at) => ({
    html: `<p>${note}</p>`,
    left: 50,
    top: 640 + 20 * at,
    width: 300,
    sizePt: 10,
  }));
  return {
    name: "title-strip",
    keptAside: true,
    parts: [...parts, ...cells.flatMap(cellParts)],
    rules: [...plan.map(([x, y, toX, toY]): Rule => [x, y - 30, toX, toY - 30]), ...cells.flatMap(cellRules)],
    truth: [...notes, ...cells.map(cellText)].join("\n"),
  };
}

const receiptRules = (left: number, top: number, width: number, height: number): Rule[] => [
  [left, top, left + width, top],
  [left, top + height, left + width, top + height],
  [left, top, left, top + height],
  [left + width, top, left + width, top + height],
];

/** A letter whose receipt was stamped beside its head. */
function stampedLetter(): EvaluationLayout {
  const head = [
    "ที่ คค 0710/1248",
    "เรื่อง ขอส่งรายงานผลการทดสอบเสาเข็ม",
    "เรียน ประธานกรรมการตรวจรับพัสดุ",
    "สิ่งที่ส่งมาด้วย รายงานผลการทดสอบ 1 ชุด",
  ];
  const stamp = ["สำนักงานโครงการ", "รับเลขที่ 0417", "วันที่ 22 ม.ค. 2568", "เวลา 10.45 น."];
  const body =
    "ตามสัญญาจ้างก่อสร้างอาคาร ผู้รับจ้างได้ดำเนินการทดสอบเสาเข็มเจาะจำนวน 4 ต้น ตามวิธีที่กำหนดในข้อกำหนดทางเทคนิคแล้ว ผลการทดสอบปรากฏว่าเสาเข็มทุกต้นรับน้ำหนักได้ตามที่ออกแบบไว้ จึงขอส่งรายงานผลการทดสอบมาเพื่อโปรดพิจารณา";
  return {
    name: "stamped-letter",
    keptAside: false,
    parts: [
      ...head.map((html, at) => ({ html: `<p>${html}</p>`, left: 50, top: 80 + 30 * at, width: 300, sizePt: 13 })),
      ...stamp.map((html, at) => ({ html: `<p>${html}</p>`, left: 400, top: 86 + 18 * at, width: 140, sizePt: 11 })),
      { html: `<p>${body}</p>`, left: 50, top: 220, width: 500, sizePt: 13 },
    ],
    rules: receiptRules(392, 82, 150, 80),
    truth: [...head, ...stamp, body].join("\n"),
  };
}

/** Minutes with a stamp between lines at their lower right, lower than it is wide and without a frame. */
function approvedMinutes(): EvaluationLayout {
  const lines = [
    "Minutes of the progress meeting No. 9",
    "1. The casting of the roof slab is planned for Friday, weather permitting.",
    "2. ผู้รับจ้างขอขยายเวลาส่งตัวอย่างสีออกไปอีก 5 วัน ที่ประชุมเห็นชอบ",
    "3. The lift pit has to be made watertight before the rails are fixed.",
    "4. นัดประชุมครั้งต่อไปวันพุธที่ 12 กุมภาพันธ์ เวลา 13.30 น.",
  ];
  const sign = ["ผู้บันทึกการประชุม", "Site Secretary"];
  const stamp = ["APPROVED", "12 FEB 2025", "Project Director"];
  return {
    name: "approved-minutes",
    keptAside: true,
    parts: [
      ...lines.map((html, at) => ({ html: `<p>${html}</p>`, left: 50, top: 70 + 32 * at, width: 500, sizePt: 12 })),
      ...sign.map((html, at) => ({ html: `<p>${html}</p>`, left: 70, top: 270 + 28 * at, width: 200, sizePt: 12 })),
      ...stamp.map((html, at) => ({
        html: `<p>${html}</p>`,
        left: 380,
        top: 258 + 19 * at,
        width: 150,
        sizePt: at === 0 ? 16 : 10,
      })),
    ],
    rules: [],
    truth: [...lines, ...sign, ...stamp].join("\n"),
  };
}

/** What stands at the head of a page in large print, as on a board that is photographed with a small picture. */
function notice(name: string, lines: readonly string[], sizePt: number, keptAside: boolean): EvaluationLayout {
  const parts = lines.map((html, at) => ({
    html: `<p>${html}</p>`,
    left: 40,
    top: 40 + 2.2 * sizePt * at,
    width: 540,
    sizePt,
  }));
  return { name, keptAside, parts, rules: [], truth: lines.join("\n") };
}

const siteNotice = notice(
  "notice",
  [
    "ประกาศหยุดงานชั่วคราว",
    "งดใช้ทางเข้าด้านทิศใต้ ตั้งแต่วันที่ 12 มกราคม 2568",
    "เนื่องจากมีการติดตั้งปั้นจั่นหอสูง",
    "ให้ใช้ประตู 3 แทน จนกว่าจะมีประกาศใหม่",
    "หัวหน้าผู้ควบคุมงาน โทร. 081 234 5670",
  ],
  19,
  false,
);

const safetyNotice = notice(
  "board",
  [
    "SAFETY FIRST ปลอดภัยไว้ก่อน",
    "All visitors must report to the site office",
    "ผู้มาติดต่อต้องแลกบัตรและสวมหมวกนิรภัย",
    "Speed limit 15 km/h ห้ามจอดรถขวางทาง",
    "Emergency call 02 987 6543",
  ],
  21,
  true,
);

export const evaluationLayouts: readonly EvaluationLayout[] = [
  columns(),
  bilingual(),
  bill(),
  priceList(),
  titleBlock(),
  titleStrip(),
  stampedLetter(),
  approvedMinutes(),
  siteNotice,
  safetyNotice,
];
