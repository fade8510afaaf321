import type { LayoutDocument } from "../description.ts";

export const regulation: LayoutDocument = {
  name: "regulation-thai",
  language: "thai",
  footer: "หน้า #",
  blocks: [
    { kind: "heading", level: 1, align: "center", text: "ระเบียบว่าด้วยการเข้าออกเขตก่อสร้าง พ.ศ. ๒๕๖๘" },
    { kind: "paragraph", indent: 40, text: "เพื่อให้การก่อสร้างเป็นไปด้วยความเรียบร้อยและปลอดภัย จึงวางระเบียบไว้ดังต่อไปนี้" },
    { kind: "heading", level: 2, align: "center", text: "หมวด ๑ บททั่วไป" },
    {
      kind: "paragraph",
      indent: 40,
      text: "ข้อ ๑ ระเบียบนี้ใช้บังคับกับผู้รับจ้าง ผู้รับจ้างช่วง ผู้ควบคุมงาน และบุคคลทุกคนที่เข้าไปในเขตก่อสร้าง ไม่ว่าจะเข้าไปด้วยเหตุใด",
    },
    {
      kind: "paragraph",
      indent: 40,
      text: "ข้อ ๒ ในระเบียบนี้ คำว่าเขตก่อสร้างหมายความว่าพื้นที่ภายในรั้วชั่วคราวของโครงการ รวมทั้งพื้นที่กองเก็บวัสดุด้านทิศใต้",
    },
    { kind: "heading", level: 2, align: "center", text: "หมวด ๒ การเข้าออก" },
    { kind: "paragraph", indent: 40, text: "ข้อ ๓ ผู้เข้าเขตก่อสร้างต้องปฏิบัติดังนี้" },
    {
      kind: "list",
      items: [
        { marker: "(๑)", text: "แลกบัตรที่ป้อมยาม", depth: 0 },
        { marker: "(๒)", text: "สวมหมวกนิรภัยและรองเท้านิรภัยตลอดเวลา เว้นแต่อยู่ในอาคารสำนักงานสนามที่จัดไว้เป็นการเฉพาะ", depth: 0 },
        { marker: "(ก)", text: "หมวกสีขาวสำหรับวิศวกร", depth: 1 },
        { marker: "(ข)", text: "หมวกสีเหลืองสำหรับคนงาน", depth: 1 },
        { marker: "(๓)", text: "ไม่นำสุราหรือยาเสพติดเข้ามา", depth: 0 },
      ],
    },
    {
      kind: "paragraph",
      indent: 40,
      text: "ข้อ ๔ รถบรรทุกเข้าออกได้ระหว่างเวลา ๐๙.๐๐ น. ถึง ๑๖.๐๐ น. เท่านั้น และต้องล้างล้อก่อนออกสู่ถนนสาธารณะทุกครั้ง",
    },
    { kind: "lines", lines: ["ประกาศ ณ วันที่ ๑ พฤษภาคม พ.ศ. ๒๕๖๘", "ผู้อำนวยการโครงการ"], left: 0.45 },
  ],
};

export const newsletter: LayoutDocument = {
  name: "newsletter",
  language: "english",
  blocks: [
    { kind: "heading", level: 1, text: "The Canal Post" },
    { kind: "paragraph", text: "News for the neighbours of the site, number 4" },
    {
      kind: "columns",
      gap: 14,
      columns: [
        [
          { kind: "heading", level: 2, text: "Quiet nights" },
          {
            kind: "paragraph",
            text: "From Mon\u00ADday no trucks will come be\u00ADfore sev\u00ADen. The ques\u00ADtion was put to us by many of you, and the sup\u00ADpli\u00ADers have agreed.",
          },
          { kind: "paragraph", text: "Should one come all the same, write down its num\u00ADber." },
        ],
        [
          { kind: "heading", level: 2, text: "The crane" },
          {
            kind: "paragraph",
            text: "It is forty me\u00ADtres high and turns with the wind when no\u00ADbody drives it. That is how it must be: a crane that is held falls.",
          },
          {
            kind: "list",
            items: [
              { marker: "•", text: "Red light: in use" },
              { marker: "•", text: "No light: free to turn in the wind" },
            ],
          },
        ],
        [
          { kind: "heading", level: 2, text: "Open day" },
          {
            kind: "paragraph",
            text: "On the last Sat\u00ADur\u00ADday of June the gate is open from ten to four. Chil\u00ADdren may sit in the ex\u00ADca\u00ADva\u00ADtor. Bring shoes that may get dirty.",
          },
        ],
      ],
    },
  ],
};

export const bilingual: LayoutDocument = {
  name: "bilingual",
  language: "thai",
  blocks: [
    { kind: "heading", level: 1, align: "center", text: "ประกาศ Notice" },
    {
      kind: "columns",
      gap: 26,
      columns: [
        [
          {
            kind: "paragraph",
            text: "ตั้งแต่วันที่ ๑ มิถุนายนเป็นต้นไป ประตูด้านทิศเหนือจะปิดเพื่อวางท่อระบายน้ำ ขอให้ใช้ประตูด้านทิศตะวันออกแทนจนกว่าจะมีประกาศเปลี่ยนแปลง",
          },
          { kind: "paragraph", text: "ขออภัยในความไม่สะดวก" },
        ],
        [
          {
            kind: "paragraph",
            text: "From 1 June the northern gate is closed while a drain is laid. Please use the eastern gate until another notice is given at the gate and in the office.",
          },
          { kind: "paragraph", text: "We are sorry for the trouble." },
        ],
      ],
    },
    { kind: "lines", lines: ["สำนักงานสนาม Site Office"] },
  ],
};

export const schedule: LayoutDocument = {
  name: "schedule",
  language: "english",
  header: "Appendix C",
  blocks: [
    { kind: "heading", level: 1, text: "Schedule of finishes" },
    { kind: "paragraph", text: "Room numbers are those of drawing A-101." },
    {
      kind: "table",
      rules: "none",
      widths: [0.8, 1.4, 2, 2, 1.6],
      rows: [
        ["No.", "Room", "Floor", "Walls", "Ceiling"],
        ["101", "Lobby", "granite, 600 x 600", "plaster, painted", "gypsum board"],
        ["102", "Office", "carpet tiles", "plaster, painted white above a rail of oak", "mineral fibre"],
        ["103", "Store", "concrete, sealed", "block, unpainted", ""],
        ["104", "Toilet", "ceramic, 300 x 300", "ceramic to 2.10 m", "gypsum board, moisture resistant"],
        ["105", "Stair", "terrazzo", "plaster, painted", "plaster, painted"],
      ],
    },
    { kind: "heading", level: 2, text: "Colours" },
    {
      kind: "table",
      rules: "horizontal",
      widths: [1.4, 1.4, 2.4],
      rows: [
        ["Part", "Code", "Name"],
        ["Walls", "9010", "pure white"],
        ["Doors", "7035", "light grey"],
        ["Rails", "5010", "gentian blue"],
      ],
    },
    { kind: "paragraph", text: "Samples of one square metre each are shown before the work begins." },
  ],
};
