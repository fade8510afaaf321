// Runs in the folder that with-npm.sh fills: writes marks as PDFKit, pdf-lib and jsPDF do it.
import { createWriteStream } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { finished } from "node:stream/promises";
import fontkit from "@pdf-lib/fontkit";
import { jsPDF } from "jspdf";
import { grayscale, PDFDocument, PDFName, PDFString, rgb } from "pdf-lib";
import PDFKit from "pdfkit";

const width = 595;
const height = 842;
const regular = await readFile("Sarabun-Regular.ttf");
const bold = await readFile("Sarabun-Bold.ttf");
const standard = {
  helvetica: ["Helvetica", "Helvetica-Bold"],
  times: ["Times-Roman", "Times-Bold"],
  courier: ["Courier", "Courier-Bold"],
};
const fileOf = ({ bold: isBold }) => (isBold ? bold : regular);

async function withPdfkit({ pages }, path) {
  const document = new PDFKit({ autoFirstPage: false, size: [width, height], margin: 0 });
  const stream = document.pipe(createWriteStream(path));
  const hasForm = pages.some(({ marks }) => marks.some(({ type }) => type === "field" || type === "check"));
  for (const { marks } of pages) {
    document.addPage({ size: [width, height], margin: 0 });
    if (hasForm) document.font("Helvetica").initForm();
    for (const mark of marks) {
      if (mark.type === "text") {
        if (mark.family === "sarabun") document.font(fileOf(mark));
        else document.font(standard[mark.family][mark.bold ? 1 : 0]);
        document.fillColor("black").fontSize(mark.size);
        document.text(mark.text, mark.x, mark.baseline, { baseline: "alphabetic", lineBreak: false });
      } else if (mark.type === "line") {
        document.lineWidth(mark.width).moveTo(mark.x1, mark.y1).lineTo(mark.x2, mark.y2).stroke();
      } else if (mark.type === "rect") {
        const level = Math.round(255 * mark.grey);
        document.rect(mark.x, mark.y, mark.width, mark.height).fill([level, level, level]);
      } else if (mark.type === "link") document.link(mark.x, mark.y, mark.width, mark.height, mark.url);
      else if (mark.type === "field") {
        document.formText(mark.name, mark.x, mark.y, mark.width, mark.height, { value: mark.value, fontSize: 10 });
      } else
        document.formCheckbox(mark.name, mark.x, mark.y, mark.size, mark.size, { value: mark.checked ? "Yes" : "Off" });
    }
  }
  document.end();
  await finished(stream);
}

async function withPdfLib({ pages }, path) {
  const document = await PDFDocument.create();
  document.registerFontkit(fontkit);
  const fonts = new Map();
  const fontOf = async ({ family, bold: isBold }) => {
    const key = `${family} ${isBold}`;
    if (!fonts.has(key)) {
      const font = family === "sarabun" ? fileOf({ bold: isBold }) : standard[family][isBold ? 1 : 0];
      fonts.set(key, await document.embedFont(font));
    }
    return fonts.get(key);
  };
  for (const { marks } of pages) {
    const page = document.addPage([width, height]);
    for (const mark of marks) {
      if (mark.type === "text") {
        page.drawText(mark.text, { x: mark.x, y: height - mark.baseline, size: mark.size, font: await fontOf(mark) });
      } else if (mark.type === "line") {
        const [start, end] = [
          { x: mark.x1, y: height - mark.y1 },
          { x: mark.x2, y: height - mark.y2 },
        ];
        page.drawLine({ start, end, thickness: mark.width, color: rgb(0, 0, 0) });
      } else if (mark.type === "rect") {
        const box = { x: mark.x, y: height - mark.y - mark.height, width: mark.width, height: mark.height };
        page.drawRectangle({ ...box, color: grayscale(mark.grey) });
      } else if (mark.type === "link") {
        const rect = [mark.x, height - mark.y - mark.height, mark.x + mark.width, height - mark.y];
        const action = { Type: "Action", S: "URI", URI: PDFString.of(mark.url) };
        const link = document.context.obj({ Type: "Annot", Subtype: "Link", Rect: rect, Border: [0, 0, 0], A: action });
        page.node.set(PDFName.of("Annots"), document.context.obj([document.context.register(link)]));
      } else if (mark.type === "field") {
        const field = document.getForm().createTextField(mark.name);
        field.setText(mark.value);
        field.addToPage(page, { x: mark.x, y: height - mark.y - mark.height, width: mark.width, height: mark.height });
      } else {
        const box = document.getForm().createCheckBox(mark.name);
        box.addToPage(page, { x: mark.x, y: height - mark.y - mark.size, width: mark.size, height: mark.size });
        if (mark.checked) box.check();
      }
    }
  }
  await writeFile(path, await document.save());
}

async function withJspdf({ pages }, path) {
  const document = new jsPDF({ unit: "pt", format: [width, height] });
  for (const [style, bytes] of Object.entries({ normal: regular, bold })) {
    document.addFileToVFS(`Sarabun-${style}.ttf`, bytes.toString("base64"));
    document.addFont(`Sarabun-${style}.ttf`, "sarabun", style);
  }
  for (const [at, { marks }] of pages.entries()) {
    if (at > 0) document.addPage([width, height]);
    for (const mark of marks) {
      if (mark.type === "text") {
        document
          .setFont(mark.family, mark.bold ? "bold" : "normal")
          .setFontSize(mark.size)
          .text(mark.text, mark.x, mark.baseline);
      } else if (mark.type === "line") document.setLineWidth(mark.width).line(mark.x1, mark.y1, mark.x2, mark.y2);
      else if (mark.type === "rect") {
        document
          .setFillColor(Math.round(255 * mark.grey))
          .rect(mark.x, mark.y, mark.width, mark.height, "F")
          .setFillColor(0);
      } else if (mark.type === "link") document.link(mark.x, mark.y, mark.width, mark.height, { url: mark.url });
      else if (mark.type === "field") {
        const field = new jsPDF.AcroForm.TextField();
        Object.assign(field, {
          Rect: [mark.x, mark.y, mark.width, mark.height],
          fieldName: mark.name,
          value: mark.value,
        });
        document.addField(field);
      } else {
        const box = new jsPDF.AcroForm.CheckBox();
        const state = mark.checked ? "On" : "Off";
        Object.assign(box, {
          Rect: [mark.x, mark.y, mark.size, mark.size],
          fieldName: mark.name,
          appearanceState: state,
        });
        document.addField(box);
      }
    }
  }
  await writeFile(path, Buffer.from(document.output("arraybuffer")));
}

const producers = { pdfkit: withPdfkit, "pdf-lib": withPdfLib, jspdf: withJspdf };
for (const { producer, path, content } of JSON.parse(await readFile("orders.json", "utf8")))
  await producers[producer](content, path);
