import type { LayoutDocument } from "../description.ts";

export const minutes: LayoutDocument = {
  name: "minutes",
  language: "thai",
  footer: "หน้า #",
  blocks: [
    { kind: "heading", level: 1, align: "center", text: "รายงานการประชุมหน้างาน ครั้งที่ ๑๒/๒๕๖๘" },
    { kind: "paragraph", align: "center", text: "วันที่ ๒๐ มกราคม ๒๕๖๘ เวลา ๐๙.๓๐ น. ณ ห้องประชุมสำนักงานสนาม" },
    { kind: "heading", level: 2, text: "ผู้มาประชุม" },
    {
      kind: "list",
      items: [
        { marker: "1.", text: "นายสมชาย ใจดี ประธานกรรมการ" },
        { marker: "2.", text: "นางสาวมาลี ศรีสุข วิศวกรโครงสร้าง" },
        { marker: "3.", text: "Mr. John Example, Employer's Representative" },
      ],
    },
    { kind: "heading", level: 2, text: "ระเบียบวาระที่ ๑ เรื่องที่ประธานแจ้งให้ทราบ" },
    {
      kind: "paragraph",
      indent: 40,
      text: "ผู้รับจ้างรายงานว่างาน Bored Pile ขนาด 0.60 ม. แล้วเสร็จ 48 ต้น ผลทดสอบ Seismic Test ผ่านทุกต้น ส่วนผล Static Load Test จะส่งภายในวันศุกร์",
    },
    { kind: "heading", level: 2, text: "ระเบียบวาระที่ ๒ เรื่องเพื่อพิจารณา" },
    {
      kind: "list",
      items: [
        {
          marker: "2.1",
          text: "ผู้ควบคุมงานขอให้ส่ง Shop Drawing ของงาน Post-tensioned Slab ชั้น 2 และชั้น 3 พร้อมรายการคำนวณ ก่อนเทคอนกรีตอย่างน้อย 14 วัน",
        },
        { marker: "2.2", text: "ระบบป้องกันอัคคีภัยยังรอการอนุมัติวัสดุ ได้แก่" },
        { marker: "ก.", text: "หัวกระจายน้ำดับเพลิงชนิดติดเพดาน", depth: 1 },
        {
          marker: "ข.",
          text: "ตู้สายฉีดน้ำดับเพลิงพร้อมอุปกรณ์ตามมาตรฐานของการไฟฟ้าและการประปา ซึ่งต้องส่งตัวอย่างให้ผู้ควบคุมงานเห็นชอบก่อนสั่งซื้อ",
          depth: 1,
        },
        { marker: "ค.", text: "เครื่องสูบน้ำขนาด 750 GPM", depth: 1 },
        { marker: "2.3", text: "The Employer asked for a revised programme which shows the critical path." },
      ],
    },
    { kind: "heading", level: 2, text: "ระเบียบวาระที่ ๓ เรื่องอื่น ๆ" },
    {
      kind: "paragraph",
      indent: 40,
      text: "นัดประชุมครั้งต่อไปวันที่ ๓ กุมภาพันธ์ ๒๕๖๘ เวลาเดิม ขอให้ผู้รับจ้างจัดส่งรายงานความก้าวหน้าและรูปถ่ายล่วงหน้าอย่างน้อยสองวัน",
    },
    { kind: "lines", lines: ["เลิกประชุมเวลา ๑๑.๔๕ น."] },
    { kind: "lines", lines: ["นางสาวมาลี ศรีสุข", "ผู้จดรายงานการประชุม"], left: 0.55 },
  ],
};
