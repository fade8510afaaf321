import { expect, setDefaultTimeout, test } from "bun:test";
import { lineReader, readLine } from "../../src/tesseract/lines/read-picture.ts";
import { recognisePage } from "../../src/tesseract/recognise-page.ts";
import { createTesseractCore, openTextApis } from "../../src/tesseract/tesseract-core.ts";
import { inAnyLanguage } from "../support/text-apis.ts";
import { thaiLine, thaiPage } from "../support/thai-page.ts";

// The recogniser takes seconds on a busy machine of two cores.
setDefaultTimeout(60_000);

test("a line in Thai is not disputed for an English word that a Thai one looks like", async () => {
  const page = await thaiPage("<p>คอนกรีตผสมเสร็จ 350 ลบ.ม. ราคา 2,150 บาท</p>");
  const top = { ...page, height: 260, data: page.data.subarray(0, 260 * page.width) };
  const core = await createTesseractCore();
  const apis = await openTextApis(core);
  const read = await recognisePage(core, apis, top, undefined);
  expect(read).toMatchObject({ readTwice: 1, disputed: 0 });
  const inBoth = await recognisePage(core, inAnyLanguage(apis.thaiAndEnglish), top, undefined);
  expect(inBoth).toMatchObject({ readTwice: 1, disputed: 1 });
});

test.each([
  ["the Thai network", "งวดที่ ๑ วันที่ ๑๔ กุมภาพันธ์ ๒๕๖๗ จำนวนเงิน ๘๗๖,๔๐๐ บาท", " บาท"],
  ["the English network", "ยังรอการอนุมัติวัสดุ ได้แก่ Sprinkler Head, Fire Hose", " Sprinkler Head, Fire Hose"],
])("a word is read by %s where that is surer, which the recogniser's own choice is not", async (_, text, end) => {
  const core = await createTesseractCore();
  const apis = await openTextApis(core);
  const line = await thaiLine(text, 160);
  const box = { left: 0, top: 0, width: line.width, height: line.height };
  expect(lineReader(core, apis, line)(box, "thaiAndEnglish").text).toEndWith(end);
  expect(readLine(core, apis.thaiAndEnglish, line, box).text).not.toEndWith(end);
});
