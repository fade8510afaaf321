import { expect, setDefaultTimeout, test } from "bun:test";
import { recognisePage } from "../../src/tesseract/recognise-page.ts";
import { createTesseractCore } from "../../src/tesseract/tesseract-core.ts";
import { inAnyLanguage, openTextApis } from "../support/text-apis.ts";
import { thaiPage } from "../support/thai-page.ts";

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
