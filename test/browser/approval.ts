import { pictureOnlyPdf } from "../../scripts/eval/render-document.ts";
import { greyPng, thaiPage } from "../support/thai-page.ts";

interface Item {
  name: string;
  amount: string;
  price: string;
}

const pages: readonly (readonly Item[])[] = [
  [
    { name: "คอนกรีตผสมเสร็จ 240 ksc", amount: "120 ลบ.ม.", price: "264,000.00" },
    { name: "เหล็กเส้น SD40 DB16", amount: "8.5 ตัน", price: "195,500.00" },
    { name: "ไม้แบบ", amount: "1 ชุด", price: "38,000.00" },
  ],
  [
    { name: "อิฐมวลเบา 7.5 ซม.", amount: "640 ตร.ม.", price: "147,200.00" },
    { name: "ปูนก่อ", amount: "210 ถุง", price: "25,200.00" },
  ],
  [{ name: "ท่อ PVC 4 นิ้ว ชั้น 8.5", amount: "96 ท่อน", price: "43,200.00" }],
];

const head = "ใบขออนุมัติใช้วัสดุก่อสร้าง";
const intro = "โครงการก่อสร้างอาคารเรียนรวม 4 ชั้น ผู้รับจ้างขออนุมัติใช้วัสดุตามรายการต่อไปนี้ ให้เป็นไปตามข้อกำหนดของสัญญาจ้าง";
const numberOf = (page: number) => `คค-อว-2568/${100 + page}`;

/** A scan of a request for approval, three pages of Thai type. */
export async function approvalScan(): Promise<Uint8Array> {
  const pictures: Uint8Array[] = [];
  for (const [place, items] of pages.entries()) {
    const rows = items.map(({ name, amount, price }) => `<tr><td>${name}</td><td>${amount}</td><td>${price}</td></tr>`);
    const html = `<h2>${head}</h2><p>เลขที่ ${numberOf(place + 1)}</p><p>${intro}</p>
      <table><tr><td>รายการ</td><td>จำนวน</td><td>ราคา (บาท)</td></tr>${rows.join("")}</table><p>ตรวจสอบแล้ว</p>`;
    pictures.push(greyPng(await thaiPage(html)));
  }
  return pictureOnlyPdf(...pictures);
}

/**
 * What a model makes of a page of it.
 *
 * @param careful the reading of another prompt, in which some words differ
 */
export function approvalText(page: number, careful: boolean): string {
  const items = pages[(page - 1) % pages.length] ?? [];
  const rows = items.map(({ name, amount, price }) => {
    const said = careful ? name : name.replace("ksc", "กก./ตร.ซม.");
    return `<tr><td>${said}</td><td>${amount}</td><td>${careful ? price : price.replace(".00", "")}</td></tr>`;
  });
  return `# ${head}

**เลขที่** <document_number>${numberOf(page)}</document_number>

${careful ? intro : intro.replace("ต่อไปนี้ ", "ดังนี้ ")}

<table><tr><th>รายการ</th><th>จำนวน</th><th>ราคา (บาท)</th></tr>${rows.join("")}</table>

ตรวจสอบแล้ว

<page_number>${page}</page_number>`;
}
