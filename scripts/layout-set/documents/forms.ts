import type { LayoutDocument } from "../description.ts";

export const dottedForm: LayoutDocument = {
  name: "form-dotted",
  language: "thai",
  blocks: [
    { kind: "heading", level: 1, align: "center", text: "แบบขออนุมัติใช้วัสดุก่อสร้าง" },
    {
      kind: "fields",
      style: "dots",
      across: 2,
      fields: [
        ["เลขที่เอกสาร", "RFA-0125"],
        ["วันที่รับ", "๒๐ มกราคม ๒๕๖๘"],
        ["ชื่อโครงการ", "อาคารเรียนรวม"],
        ["ผู้รับจ้าง", "บริษัทก่อสร้างไทย"],
        ["วัสดุที่เสนอ", "เหล็กข้ออ้อย SD40"],
        ["จำนวน", "๑๒๐ ตัน"],
        ["สถานที่ใช้งาน", "เสาและคานชั้น ๓"],
        ["กำหนดส่ง", "ภายใน ๗ วัน"],
      ],
    },
    { kind: "paragraph", text: "ขอรับรองว่าวัสดุที่เสนอเป็นไปตามข้อกำหนดของสัญญา และได้แนบใบรับรองคุณภาพมาพร้อมแล้ว" },
    { kind: "lines", lines: ["ลงชื่อ ผู้เสนอ", "(นายวิชัย ตั้งใจ)"], left: 0.55 },
  ],
};

export const widgetForm: LayoutDocument = {
  name: "form-widgets",
  language: "english",
  fixedOnly: true,
  blocks: [
    { kind: "heading", level: 1, text: "Request for inspection" },
    {
      kind: "fields",
      style: "widget",
      across: 1,
      fields: [
        ["Name", "Rick Mason"],
        ["Company", "Main Contractor Limited"],
        ["Drawing", "S-204 revision B"],
        ["Date of inspection", "14 March 2025"],
      ],
    },
    { kind: "paragraph", text: "Decision of the engineer:" },
    {
      kind: "checks",
      checks: [
        ["Approved", true],
        ["Approved as noted", false],
        ["Rejected", false],
      ],
    },
    {
      kind: "paragraph",
      text: "The work may go on when this form has been returned. It is kept with the records of the day.",
    },
  ],
};

export const gapForm: LayoutDocument = {
  name: "form-gap",
  language: "english",
  blocks: [
    { kind: "heading", level: 1, text: "Material delivery note" },
    {
      kind: "fields",
      style: "gap",
      across: 2,
      fields: [
        ["Delivery number", "DN-4471"],
        ["Date", "2 April 2025"],
        ["Supplier", "Canal Concrete"],
        ["Truck", "70-1234"],
        ["Class", "C30/37"],
        ["Slump ordered", "100 mm"],
        ["Left the plant", "08:40"],
        ["Arrived", "09:15"],
      ],
    },
    {
      kind: "paragraph",
      text: "Received in good order by the site engineer, who has taken three cubes from this load.",
    },
  ],
};
