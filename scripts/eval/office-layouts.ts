import { type EvaluationLayout, type Grid, gridParts, gridRules, gridText } from "./layouts.ts";
import type { PlacedPart, Rule } from "./render-document.ts";

/** The rules of a table whose head has two levels: `grid` begins with the lower one, some of its columns share the upper. */
function rulesBelowHead(grid: Grid, shared: readonly (readonly [from: number, to: number])[]): Rule[] {
  const { left, top, rowPt, columns } = grid;
  const edges = [0, ...columns.map((_, at) => at + 1)].map(
    (end) => left + columns.slice(0, end).reduce((sum, { width }) => sum + width, 0),
  );
  const edge = (at: number) => edges[at] ?? left;
  const isInner = (at: number) => shared.some(([from, to]) => at > from && at < to);
  const bottom = top + grid.rows.length * rowPt;
  const across = gridRules({ ...grid, top: top - rowPt, rows: [[], ...grid.rows] }).filter(
    ([, y, , toY]) => y === toY && y !== top,
  );
  const down = edges.map((x, at): Rule => [x, isInner(at) ? top : top - rowPt, x, bottom]);
  const parting = shared.map(([from, to]): Rule => [edge(from), top, edge(to), top]);
  return [...across, ...down, ...parting];
}

/** A bill in the form of the Thai authorities: ten equally high rows below a head of two levels. */
function officialBill(): EvaluationLayout {
  const title = "แบบ ปร.4 รายการประมาณราคางานระบบประปา";
  const grid: Grid = {
    left: 30,
    top: 124,
    rowPt: 24,
    sizePt: 9,
    columns: [
      { width: 26 },
      { width: 150 },
      { width: 40, right: true },
      { width: 36 },
      { width: 56, right: true },
      { width: 66, right: true },
      { width: 52, right: true },
      { width: 58, right: true },
      { width: 56, right: true },
    ],
    rows: [
      ["", "", "", "", "ต่อหน่วย", "เป็นเงิน", "ต่อหน่วย", "เป็นเงิน", ""],
      ["1", "ท่อ HDPE PN10 ขนาด 160 มม.", "420", "เมตร", "685", "287,700", "120", "50,400", "338,100"],
      ["2", "ท่อ HDPE PN10 ขนาด 110 มม.", "315", "เมตร", "342", "107,730", "95", "29,925", "137,655"],
      ["3", "ประตูน้ำเหล็กหล่อ 150 มม.", "6", "ชุด", "9,400", "56,400", "1,500", "9,000", "65,400"],
      ["4", "หัวดับเพลิงชนิดตั้งพื้น", "4", "ชุด", "27,800", "111,200", "3,200", "12,800", "124,000"],
      ["5", "ขุดดินและกลบหลังท่อ", "980", "ลบ.ม.", "", "", "135", "132,300", "132,300"],
      ["6", "ทรายรองท่อ", "76", "ลบ.ม.", "520", "39,520", "110", "8,360", "47,880"],
      ["7", "ทดสอบแรงดันและฆ่าเชื้อ", "1", "งาน", "", "", "38,500", "38,500", "38,500"],
      ["", "รวมเงิน", "", "", "", "602,550", "", "281,285", "883,835"],
    ],
  };
  const head: Grid = {
    ...grid,
    top: 100,
    rows: [["ที่", "รายการ", "จำนวน", "หน่วย", "ค่าวัสดุ", "", "ค่าแรง", "", "รวมเงิน"]],
  };
  return {
    name: "official-bill",
    keptAside: false,
    parts: [
      { html: `<h2>${title}</h2>`, left: 40, top: 50, width: 515, sizePt: 12 },
      ...gridParts(head),
      ...gridParts(grid),
    ],
    rules: rulesBelowHead(grid, [
      [4, 6],
      [6, 8],
    ]),
    truth: [title, ...gridText(head), ...gridText(grid)].join("\n"),
  };
}

/** Prices of three offers beside each other, each with its discount. */
function comparison(): EvaluationLayout {
  const title = "ตารางเปรียบเทียบราคางานติดตั้งลิฟต์";
  const offer = [
    { width: 64, right: true },
    { width: 50, right: true },
  ];
  const grid: Grid = {
    left: 40,
    top: 130,
    rowPt: 26,
    sizePt: 10,
    columns: [{ width: 25 }, { width: 145 }, ...offer, ...offer, ...offer],
    rows: [
      ["", "", "ราคา", "ส่วนลด", "ราคา", "ส่วนลด", "ราคา", "ส่วนลด"],
      ["1", "ลิฟต์โดยสาร 1,000 กก.", "2,450,000", "5%", "2,380,000", "3%", "2,610,000", "8%"],
      ["2", "ลิฟต์ขนของ 2,000 กก.", "1,960,000", "5%", "2,045,000", "3%", "1,890,000", "8%"],
      ["3", "ระบบควบคุมกลุ่ม", "185,000", "0%", "210,000", "0%", "170,000", "0%"],
      ["4", "บำรุงรักษา 24 เดือน", "288,000", "10%", "264,000", "0%", "312,000", "15%"],
    ],
  };
  const head: Grid = {
    ...grid,
    top: 104,
    rows: [["ที่", "รายการ", "บจก. ไทยลิฟต์", "", "Metro Elevator", "", "บจก. สกายเวย์", ""]],
    columns: grid.columns.map(({ width }) => ({ width })),
  };
  const foot = "เห็นควรจ้าง บจก. สกายเวย์ ซึ่งเสนอราคารวมต่ำสุด";
  return {
    name: "comparison",
    keptAside: true,
    parts: [
      { html: `<h2>${title}</h2>`, left: 40, top: 50, width: 515, sizePt: 12 },
      ...gridParts(head),
      ...gridParts(grid),
      { html: `<p>${foot}</p>`, left: 40, top: 290, width: 515, sizePt: 11 },
    ],
    rules: rulesBelowHead(grid, [
      [2, 4],
      [4, 6],
      [6, 8],
    ]),
    truth: [title, ...gridText(head), ...gridText(grid), foot].join("\n"),
  };
}

const frame = (left: number, top: number, width: number, height: number): Rule[] => [
  [left, top, left + width, top],
  [left, top + height, left + width, top + height],
  [left, top, left, top + height],
  [left + width, top, left + width, top + height],
];

/** Boxes with an office above a name, and lines between them. */
function organisation(): EvaluationLayout {
  const title = "ผังองค์กรโครงการทางด่วนสายเหนือ";
  const boxes = [
    [225, 100, "ผู้อำนวยการโครงการ", "สมเกียรติ อ่องสกุล"],
    [40, 200, "วิศวกรโครงสร้าง", "ปิยะ ดำรงค์"],
    [225, 200, "Site Manager", "Robert Klein"],
    [410, 200, "ผู้จัดการความปลอดภัย", "วรรณา มีสุข"],
    [40, 300, "หัวหน้าสำรวจ", "ทวี พูนผล"],
    [410, 300, "พยาบาลประจำหน่วย", "จิราพร ชูใจ"],
  ] as const;
  const texts = boxes.map(([left, top, office, name]): PlacedPart => {
    const html = `<p style="text-align: center">${office}</p><p style="text-align: center">${name}</p>`;
    return { html, left: left + 5, top: top + 6, width: 135, sizePt: 11 };
  });
  return {
    name: "organisation",
    keptAside: false,
    parts: [{ html: `<h2>${title}</h2>`, left: 40, top: 50, width: 515, sizePt: 13 }, ...texts],
    rules: [
      ...boxes.flatMap(([left, top]) => frame(left, top, 145, 48)),
      [297, 148, 297, 200],
      [112, 175, 482, 175],
      [112, 175, 112, 200],
      [482, 175, 482, 200],
      [112, 248, 112, 300],
      [482, 248, 482, 300],
    ],
    truth: [title, ...boxes.map(([, , office, name]) => `${office}\n${name}`)].join("\n"),
  };
}

/** Symbols of electrical drawings beside what they mean. */
function legend(): EvaluationLayout {
  const title = "สัญลักษณ์งานระบบไฟฟ้า";
  const triangle = (x: number, y: number): Rule[] => [
    [x, y + 16, x + 10, y],
    [x + 10, y, x + 20, y + 16],
    [x + 20, y + 16, x, y + 16],
  ];
  const crossed = (x: number, y: number): Rule[] => [
    ...frame(x, y, 24, 16),
    [x, y, x + 24, y + 16],
    [x + 24, y, x, y + 16],
  ];
  const plus = (x: number, y: number): Rule[] => [
    [x, y + 8, x + 22, y + 8],
    [x + 11, y, x + 11, y + 16],
  ];
  const symbols = [
    [crossed, "แผงจ่ายไฟฟ้าย่อย (Load Panel)"],
    [triangle, "จุดติดตั้ง Access Point"],
    [plus, "เต้ารับคู่ มีขั้วดิน ติดสูง 0.30 ม."],
    [(x: number, y: number) => frame(x, y + 4, 26, 8), "ดวงโคมฟลูออเรสเซนต์ 2 x 18 วัตต์"],
    [triangle, "Smoke detector"],
    [(x: number, y: number) => frame(x, y, 16, 16), "กล่องต่อสายกันน้ำ"],
  ] as const;
  const topOf = (at: number) => 110 + 34 * at;
  return {
    name: "legend",
    keptAside: false,
    parts: [
      { html: `<h2>${title}</h2>`, left: 50, top: 60, width: 400, sizePt: 13 },
      ...symbols.map(([, html], at) => ({
        html: `<p>${html}</p>`,
        left: 110,
        top: topOf(at) - 3,
        width: 420,
        sizePt: 12,
      })),
    ],
    rules: symbols.flatMap(([draw], at) => draw(60, topOf(at))),
    truth: [title, ...symbols.map(([, text]) => text)].join("\n"),
  };
}

/** Chapters with their pages at the right edge; the dots between are no text. */
function contents(): EvaluationLayout {
  const title = "สารบัญ";
  const chapters = [
    ["บทที่ 1 ความเป็นมาของโครงการ", "1"],
    ["บทที่ 2 การสำรวจชั้นดิน", "6"],
    ["2.1 หลุมเจาะ BH-1 ถึง BH-8", "8"],
    ["2.2 ผลทดสอบในห้องปฏิบัติการ", "14"],
    ["บทที่ 3 การออกแบบฐานราก", "27"],
    ["3.1 Allowable bearing capacity", "29"],
    ["บทที่ 4 สรุปและข้อเสนอแนะ", "46"],
  ] as const;
  const lines = chapters.map(([chapter, page]) => `${chapter} ${".".repeat(70 - chapter.length)} ${page}`);
  return {
    name: "contents",
    keptAside: true,
    parts: [
      { html: `<h2>${title}</h2>`, left: 50, top: 60, width: 495, sizePt: 14 },
      ...lines.map((line, at) => ({ html: `<p>${line}</p>`, left: 60, top: 110 + 27 * at, width: 530, sizePt: 13 })),
    ],
    rules: [],
    truth: [title, ...chapters.map((chapter) => chapter.join(" "))].join("\n"),
  };
}

/** A sheet without anything on it: whatever is read of it was invented. */
function empty(): EvaluationLayout {
  return { name: "empty", keptAside: false, parts: [], rules: [], truth: "" };
}

/** A sheet with a signature alone. */
function signature(): EvaluationLayout {
  const points = Array.from({ length: 60 }, (_, at): readonly [number, number] => [
    220 + 2.6 * at + 9 * Math.sin(at / 1.7),
    300 + (26 - at / 4) * Math.sin(at / 2.3),
  ]);
  const strokes = points.slice(1).map(([x, y], at): Rule => {
    const [fromX, fromY] = points[at] ?? [x, y];
    return [fromX, fromY, x, y];
  });
  return { name: "signature", keptAside: true, parts: [], rules: strokes, truth: "" };
}

/** A board that fills the sheet: large light letters on a dark ground, and a light field in it. */
function warningBoard(): EvaluationLayout {
  const white = [
    ["อันตราย", 54],
    ["DANGER", 44],
    ["เขตก่อสร้าง ห้ามเข้า", 28],
  ] as const;
  const field = "สวมหมวกนิรภัยทุกครั้ง";
  const foot = "ติดต่อเจ้าหน้าที่ความปลอดภัย โทร. 089 765 4312";
  const line = (text: string, sizePt: number) =>
    `<p style="text-align: center; font-size: ${sizePt}pt; margin: 12pt">${text}</p>`;
  const html = [
    ...white.map(([text, sizePt]) => line(text, sizePt)),
    `<div style="background-color:#ffffff;color:#000000;margin:20pt">${line(field, 24)}</div>`,
    line(foot, 18),
  ].join("");
  const board = `<div style="background-color:#606060;color:#ffffff;padding:20pt">${html}</div>`;
  return {
    name: "warning-board",
    keptAside: true,
    parts: [{ html: board, left: 20, top: 20, width: 555, sizePt: 18 }],
    rules: [],
    truth: [...white.map(([text]) => text), field, foot].join("\n"),
  };
}

/** Pages that offices hold beside letters and forms: heads of two levels, symbols beside text, leaders, and no text at all. */
export const officeLayouts: readonly EvaluationLayout[] = [
  officialBill(),
  comparison(),
  organisation(),
  legend(),
  contents(),
  empty(),
  signature(),
  warningBoard(),
];
