import type { LayoutDocument } from "../description.ts";

export const thaiLetter: LayoutDocument = {
  name: "letter-thai",
  language: "thai",
  blocks: [
    {
      kind: "columns",
      columns: [
        [{ kind: "lines", lines: ["ที่ กส ๐๔๐๑/๒๕๖๗"] }],
        [
          {
            kind: "lines",
            lines: ["สำนักงานโครงการก่อสร้างอาคารเรียนรวม", "เลขที่ ๑๒ ถนนริมคลอง อำเภอเมือง", "จังหวัดนครปฐม ๗๓๐๐๐"],
          },
        ],
      ],
      shares: [1.2, 1],
    },
    { kind: "lines", lines: ["๑๕ มกราคม ๒๕๖๘"], left: 0.45 },
    {
      kind: "lines",
      lines: [
        "เรื่อง ขอให้แก้ไขแบบขยายเหล็กเสริมและเสนอแผนงานใหม่",
        "เรียน ผู้จัดการโครงการ บริษัทผู้รับจ้าง",
        "อ้างถึง หนังสือของท่าน ลงวันที่ ๘ มกราคม ๒๕๖๘",
      ],
    },
    {
      kind: "paragraph",
      indent: 60,
      text: "ตามหนังสือที่อ้างถึง ท่านได้ส่งแบบขยายเหล็กเสริมของเสาและคานชั้นที่ ๓ มาเพื่อขออนุมัตินั้น ผู้ควบคุมงานได้ตรวจสอบแล้ว พบว่าระยะทาบของเหล็กเส้นไม่เป็นไปตามข้อกำหนด และจำนวนเหล็กปลอกบริเวณหัวเสาน้อยกว่าที่ระบุไว้ในแบบก่อสร้าง จึงขอให้ท่านแก้ไขให้ถูกต้องแล้วเสนอใหม่ภายใน ๗ วัน นับจากวันที่ได้รับหนังสือฉบับนี้",
    },
    {
      kind: "paragraph",
      indent: 60,
      text: "อนึ่ง จากการตรวจสถานที่ก่อสร้างเมื่อวันที่ ๑๐ มกราคม พบว่ามีน้ำท่วมขังบริเวณทางเข้าด้านทิศใต้ ทำให้รถบรรทุกวัสดุเข้าพื้นที่ไม่ได้ ขอให้ท่านจัดทำรางระบายน้ำชั่วคราว ปูแผ่นเหล็กทับหน้าดินที่อ่อนตัว และติดป้ายเตือนให้เห็นชัดเจนทั้งกลางวันและกลางคืน",
    },
    {
      kind: "list",
      items: [
        { marker: "๑.", text: "แบบขยายเหล็กเสริมเสาและคานชั้นที่ ๓ ฉบับแก้ไข จำนวน ๓ ชุด" },
        {
          marker: "๒.",
          text: "แผนงานก่อสร้างฉบับปรับปรุง แสดงเส้นทางวิกฤตและวันส่งมอบงานแต่ละงวด พร้อมคำอธิบายเหตุที่งานล่าช้ากว่าแผนเดิม",
        },
        { marker: "๓.", text: "รูปถ่ายบริเวณทางเข้าหลังจัดทำรางระบายน้ำ" },
      ],
    },
    { kind: "paragraph", indent: 60, text: "จึงเรียนมาเพื่อทราบและดำเนินการต่อไป" },
    { kind: "lines", lines: ["ขอแสดงความนับถือ", "(นายสมชาย ใจดี)", "หัวหน้าผู้ควบคุมงาน"], left: 0.5 },
    { kind: "lines", lines: ["ฝ่ายควบคุมงานก่อสร้าง", "โทร. ๐ ๒๑๒๓ ๔๕๖๗ ต่อ ๘๙"] },
  ],
};

export const englishLetter: LayoutDocument = {
  name: "letter-english",
  language: "english",
  footer: "Riverside Works Office, 12 Canal Road, page #",
  blocks: [
    { kind: "lines", lines: ["Ref. CS 0401/2025", "15 January 2025"], align: "right" },
    { kind: "lines", lines: ["The Project Manager", "Main Contractor Limited", "48 Harbour Street"] },
    { kind: "paragraph", text: "Subject: Revised reinforcement drawings for the third floor" },
    { kind: "paragraph", text: "Dear Sir," },
    {
      kind: "paragraph",
      text: "We refer to your letter of 8 January 2025, with which you sub\u00ADmitted the re\u00ADin\u00ADforce\u00ADment draw\u00ADings of the columns and beams of the third floor for ap\u00ADprov\u00ADal. The su\u00ADper\u00ADvis\u00ADing en\u00ADgin\u00ADeer has checked them and found that the lap length of the bars does not com\u00ADply with the spe\u00ADci\u00ADfi\u00ADca\u00ADtion, and that there are fewer stir\u00ADrups at the column heads than the drawings require. Please correct this and submit again within seven days.",
    },
    { kind: "paragraph", text: "With the new drawings we expect to receive:" },
    {
      kind: "list",
      items: [
        {
          marker: "(a)",
          text: "a bar bending schedule for each beam, with the marks of the bars as they stand on the drawings;",
        },
        {
          marker: "(b)",
          text: "the revised programme, showing the critical path and the dates on which each part of the works will be handed over to the Employer;",
        },
        { marker: "(c)", text: "photographs of the southern entrance." },
      ],
    },
    {
      kind: "paragraph",
      text: "The cost is borne by the contractor and gives no right to an extension of time. Clause 4.2 of the conditions applies to everything that is delivered after 1 March 2025.",
    },
    { kind: "lines", lines: ["Yours faithfully,"] },
    { kind: "space", points: 30 },
    { kind: "lines", lines: ["Anna Example", "Chief Site Supervisor"] },
  ],
};
