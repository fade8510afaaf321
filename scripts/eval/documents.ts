/** One page to be rendered and read back. The texts are the project's own. */
export interface EvaluationDocument {
  name: string;
  html: string;
  /** The text as a person would type it, in reading order; white space is collapsed when it is compared. */
  truth: string;
  /** Kept aside: nothing is tuned on it, so that its figure tells what tuning was worth. */
  keptAside: boolean;
}

const thaiLetter = [
  "ที่ กส 0401/2567",
  "สำนักงานโครงการก่อสร้างอาคารเรียนรวม",
  "15 มกราคม 2568",
  "เรื่อง ขอให้แก้ไขแบบขยายเหล็กเสริมและเสนอแผนงานใหม่",
  "เรียน ผู้จัดการโครงการ บริษัทผู้รับจ้าง",
  "อ้างถึง หนังสือของท่าน ลงวันที่ 8 มกราคม 2568",
  "ตามหนังสือที่อ้างถึง ท่านได้ส่งแบบขยายเหล็กเสริมของเสาและคานชั้นที่ 3 มาเพื่อขออนุมัตินั้น ผู้ควบคุมงานได้ตรวจสอบแล้ว พบว่าระยะทาบของเหล็กเส้นไม่เป็นไปตามข้อกำหนด และจำนวนเหล็กปลอกบริเวณหัวเสาน้อยกว่าที่ระบุไว้ในแบบก่อสร้าง จึงขอให้ท่านแก้ไขให้ถูกต้องแล้วเสนอใหม่ภายใน 7 วัน นับจากวันที่ได้รับหนังสือฉบับนี้",
  "อนึ่ง จากการตรวจสถานที่ก่อสร้างเมื่อวันที่ 10 มกราคม พบว่ามีน้ำท่วมขังบริเวณทางเข้าด้านทิศใต้ ทำให้รถบรรทุกวัสดุเข้าพื้นที่ไม่ได้ ขอให้ท่านจัดทำรางระบายน้ำชั่วคราว ปูแผ่นเหล็กทับหน้าดินที่อ่อนตัว และติดป้ายเตือนให้เห็นชัดเจนทั้งกลางวันและกลางคืน ค่าใช้จ่ายที่เกิดขึ้นให้เป็นความรับผิดชอบของผู้รับจ้าง โดยไม่ถือเป็นเหตุขอขยายเวลาก่อสร้างหรือเรียกร้องเงินเพิ่มแต่อย่างใด",
  "จึงเรียนมาเพื่อทราบและดำเนินการต่อไป หากมีข้อสงสัยโปรดติดต่อวิศวกรผู้ควบคุมงาน ณ สำนักงานสนาม ทุกวันทำการ เวลา 08.30 น. ถึง 16.30 น.",
  "ขอแสดงความนับถือ",
  "หัวหน้าผู้ควบคุมงาน",
];

const englishLetter = [
  "Ref. CS 0401/2025",
  "15 January 2025",
  "Subject: Revised reinforcement drawings for the third floor",
  "Dear Project Manager,",
  "We refer to your letter of 8 January 2025, with which you submitted the reinforcement drawings of the columns and beams of the third floor for approval. The supervising engineer has checked them and found that the lap length of the bars does not comply with the specification, and that there are fewer stirrups at the column heads than the drawings require. Please correct this and submit again within seven days.",
  "During the site visit of 10 January we also saw water standing at the southern entrance, so that lorries could not reach the storage area. You are asked to dig a temporary drain, to cover the soft ground with steel plates, and to put up warning signs that can be seen by day and by night. The cost is borne by the contractor and gives no right to an extension of time.",
  "Yours faithfully,",
  "Chief Site Supervisor",
];

const mixedLetter = [
  "บันทึกการประชุมหน้างาน (Site Meeting Minutes) ครั้งที่ 12",
  "วันที่ 20 มกราคม 2568 เวลา 09.30 น. ณ ห้องประชุมสำนักงานสนาม",
  "1. ผู้รับจ้างรายงานว่างาน Bored Pile ขนาด 0.60 ม. แล้วเสร็จ 48 ต้น ผลทดสอบ Seismic Test ผ่านทุกต้น ส่วนผล Static Load Test จะส่งภายในวันศุกร์",
  "2. ผู้ควบคุมงานขอให้ส่ง Shop Drawing ของงาน Post-tensioned Slab ชั้น 2 และชั้น 3 พร้อมรายการคำนวณ ก่อนเทคอนกรีตอย่างน้อย 14 วัน",
  "3. The Employer asked for a revised programme which shows the critical path. ผู้รับจ้างรับไปดำเนินการและจะส่งในการประชุมครั้งต่อไป",
  "4. ระบบป้องกันอัคคีภัย (Fire Protection) ยังรอการอนุมัติวัสดุ ได้แก่ Sprinkler Head, Fire Hose Cabinet และ Fire Pump ขนาด 750 GPM",
  "ปิดประชุมเวลา 11.45 น. ผู้จดรายงานการประชุม วิศวกรสนาม",
];

/** The trained data of the embedded engine lack ๔ ๖ ๗ ๘ ๙; this page shows what that costs. */
const thaiDigits = [
  "ประกาศกำหนดการตรวจรับงานงวดที่ ๔",
  "งวดที่ ๑ วันที่ ๑๔ กุมภาพันธ์ ๒๕๖๗ จำนวนเงิน ๘๗๖,๔๐๐ บาท",
  "งวดที่ ๒ วันที่ ๒๙ มีนาคม ๒๕๖๗ จำนวนเงิน ๑,๒๔๙,๗๕๐ บาท",
  "งวดที่ ๓ วันที่ ๓๐ เมษายน ๒๕๖๗ จำนวนเงิน ๖๘๓,๙๒๕ บาท",
];

/** The same in sums with decimals, fractions and numbers of letters. */
const thaiInvoice = [
  "ใบแจ้งหนี้เลขที่ ๗๘/๒๕๖๙",
  "วันที่ ๖ พฤศจิกายน ๒๕๖๙ ครบกำหนดชำระภายใน ๔๕ วัน",
  "ค่าวัสดุ ๙๘,๗๖๕.๔๐ บาท ค่าแรง ๓๔,๘๖๙.๒๕ บาท",
  "รวมเป็นเงิน ๑๓๓,๖๓๔.๖๕ บาท ตามสัญญาข้อ ๘ วรรค ๔",
  "โทรศัพท์ ๐ ๒๖๗๙ ๘๔๔๖ ต่อ ๗๙",
];

const formRows: readonly (readonly string[])[] = [
  ["เลขที่เอกสาร", "RFA-0125", "วันที่รับ", "๒๐ มกราคม ๒๕๖๘"],
  ["ชื่อโครงการ", "อาคารเรียนรวม", "ผู้รับจ้าง", "บริษัทก่อสร้างไทย"],
  ["ผู้ยื่นคำขอ", "วิศวกรสนาม", "ตำแหน่งงาน", "งานโครงสร้าง"],
  ["วัสดุที่เสนอ", "เหล็กข้ออ้อย SD40", "จำนวน", "๑๒๐ ตัน"],
  ["สถานที่ใช้งาน", "เสาและคานชั้น ๓", "กำหนดส่ง", "ภายใน ๗ วัน"],
  ["เอกสารแนบ", "ใบรับรองคุณภาพ", "จำนวนแผ่น", "๑๕ แผ่น"],
  ["ผลการพิจารณา", "อนุมัติตามเสนอ", "ผู้อนุมัติ", "หัวหน้าผู้ควบคุมงาน"],
  ["หมายเหตุ", "ให้เก็บตัวอย่างไว้", "สำเนาถึง", "คณะกรรมการตรวจการจ้าง"],
];

const tableRows: readonly (readonly string[])[] = [
  ["ลำดับ", "รายการ", "จำนวน", "หน่วย", "ราคา"],
  ["1", "คอนกรีตผสมเสร็จ", "350", "ลบ.ม.", "2,150"],
  ["2", "เหล็กเส้นกลม", "12", "ตัน", "24,500"],
  ["3", "ไม้แบบหล่อคอนกรีต", "1,200", "ตร.ม.", "320"],
  ["4", "น้ำยากันซึม", "85", "ลิตร", "190"],
  ["5", "ท่อระบายน้ำ", "64", "ท่อน", "780"],
  ["6", "ค่าแรงติดตั้ง", "1", "งาน", "95,000"],
  ["7", "สีรองพื้นปูน", "40", "ถัง", "1,250"],
];

/** White print on mid green and blue, and black on grey. */
const colouredGrounds: EvaluationDocument = {
  name: "grounds",
  keptAside: false,
  html: [
    '<h2 style="background-color:#2e8b57;color:#ffffff">บัญชีแสดงปริมาณงานและราคา</h2>',
    `<table>${colouredRow("#5aa469", "#ffffff", tableRows[0])}${colouredRow("#ffffff", "#000000", tableRows[1])}`,
    `${colouredRow("#b0b0b0", "#000000", tableRows[2])}</table>`,
    '<p style="background-color:#7aa6c2;color:#ffffff">งานทั้งหมดต้องแล้วเสร็จภายใน 7 วัน</p>',
  ].join(""),
  truth: [
    "บัญชีแสดงปริมาณงานและราคา",
    ...tableRows.slice(0, 3).map((row) => row.join(" ")),
    "งานทั้งหมดต้องแล้วเสร็จภายใน 7 วัน",
  ].join("\n"),
};

const materials: readonly (readonly string[])[] = [
  ["รหัส", "ชื่อวัสดุ", "ผู้ผลิต", "วันส่ง"],
  ["M-04", "กระเบื้องหลังคา", "Siam Roof", "3 มีนาคม"],
  ["M-11", "ประตูเหล็กกันไฟ", "Fire Door Co.", "18 มีนาคม"],
];

/** A table with a white head on black, a row on dark blue, and a dark bar across the page. */
const darkBars: EvaluationDocument = {
  name: "dark-bars",
  keptAside: true,
  html: [
    '<p style="background-color:#202020;color:#ffffff">MATERIAL SCHEDULE รายการวัสดุที่อนุมัติแล้ว</p>',
    `<table>${colouredRow("#000000", "#ffffff", materials[0])}${colouredRow("#ffffff", "#000000", materials[1])}`,
    `${colouredRow("#1f3a6d", "#ffffff", materials[2])}</table>`,
    "<p>ให้ผู้รับจ้างส่งตัวอย่างวัสดุก่อนสั่งซื้อทุกครั้ง</p>",
  ].join(""),
  truth: [
    "MATERIAL SCHEDULE รายการวัสดุที่อนุมัติแล้ว",
    ...materials.map((row) => row.join(" ")),
    "ให้ผู้รับจ้างส่งตัวอย่างวัสดุก่อนสั่งซื้อทุกครั้ง",
  ].join("\n"),
};

/** Letters, a ruled form and a table: what a construction office scans. */
export const evaluationDocuments: readonly EvaluationDocument[] = [
  letter("thai-letter", thaiLetter),
  letter("english-letter", englishLetter),
  letter("mixed-minutes", mixedLetter),
  letter("thai-digits", thaiDigits),
  letter("thai-invoice", thaiInvoice, true),
  grid("ruled-form", "แบบขออนุมัติใช้วัสดุก่อสร้าง", formRows),
  grid("table", "บัญชีแสดงปริมาณงานและราคา", tableRows),
  colouredGrounds,
  darkBars,
];

function letter(name: string, paragraphs: readonly string[], keptAside = false): EvaluationDocument {
  const html = paragraphs.map((text) => `<p>${text}</p>`).join("");
  return { name, html, truth: paragraphs.join("\n"), keptAside };
}

function grid(name: string, title: string, rows: readonly (readonly string[])[]): EvaluationDocument {
  const cells = rows.map((row) => `<tr>${row.map((cell) => `<td>${cell}</td>`).join("")}</tr>`).join("");
  const truth = [title, ...rows.map((row) => row.join(" "))].join("\n");
  return { name, html: `<h2>${title}</h2><table>${cells}</table>`, truth, keptAside: false };
}

function colouredRow(ground: string, print: string, cells: readonly string[] = []): string {
  return `<tr>${cells.map((cell) => `<td style="background-color:${ground};color:${print}">${cell}</td>`).join("")}</tr>`;
}
