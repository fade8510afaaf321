import { expect, setDefaultTimeout, test } from "bun:test";
import { uploadAndIgnore } from "../support/ignored-upload.ts";
import { startServiceProcess } from "../support/service-process.ts";
import { pagesOfOneContent } from "../support/shared-content.ts";
import { until } from "../support/until.ts";

// Five documents of millions of characters on a busy machine of two cores: some 15 s.
setDefaultTimeout(120_000);

const mebibyte = 1024 * 1024;
const line = `(${"of many words ".repeat(4)}) Tj T*\n`;
const long = pagesOfOneContent(60, `BT /F1 1 Tf 0.3 TL 0 790 Td\n${line.repeat(2000)}ET`);

test("large answers that nobody reads hold 96 MiB together and no more, and nothing when their readers have gone", async () => {
  await using service = await startServiceProcess();
  const answerBytes = async (): Promise<number> =>
    (await (await fetch(`${service.url}/residency`)).json()).requests.answerBytes;
  const form = new FormData();
  form.set("file", new Blob([long]), "long.pdf");
  form.set("includePages", "true");
  const sockets = await Promise.all(Array.from({ length: 5 }, () => uploadAndIgnore(service.url, form)));
  let largest = 0;
  let documents = 1;
  await until(
    async () => {
      const { requests } = await (await fetch(`${service.url}/residency`)).json();
      documents = requests.inFlight;
      largest = Math.max(largest, requests.answerBytes);
      return documents === 0 && largest > 0;
    },
    "all documents are read",
    100_000,
  );
  expect(largest).toBeGreaterThan(48 * mebibyte);
  expect(largest).toBeLessThanOrEqual(96 * mebibyte);
  for (const socket of sockets) socket.destroy();
  await until(async () => (await answerBytes()) === 0, "nothing is held for those who have gone");
});
