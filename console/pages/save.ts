import type { OcrFields } from "../../src/client.ts";
import { type Run, textOf } from "../reading/run.ts";

/** The answer of a reading as the service gives it with `includePages`; of one that did not end, the pages there are. */
export function toAnswer(run: Run): object {
  const pages = run.pages.flatMap(({ result }) => (result === undefined ? [] : [result]));
  const { fault } = run;
  return {
    text: textOf(run),
    ...run.answer,
    pages,
    ...(fault === undefined ? {} : { error: { code: fault.code, detail: fault.message, requestId: fault.requestId } }),
  };
}

/** The name under which something of a document is saved. */
export const savedName = (documentName: string, ending: "md" | "json"): string =>
  `${documentName.replace(/\.[^.]*$/, "") || "document"}.${ending}`;

/**
 * The request of a reading as a command for a POSIX shell. The key is a variable of the shell, never the key itself.
 *
 * @param base address of the service, ending with a slash
 */
export function curlCommand(base: string, fileName: string, fields: OcrFields, hasKey: boolean): string {
  const { dmsTags, runtimeParams, ...plain } = fields;
  const texts = Object.entries({
    ...plain,
    ...(dmsTags ? { dmsTags: JSON.stringify(dmsTags) } : {}),
    ...(runtimeParams ? { runtimeParams: JSON.stringify(runtimeParams) } : {}),
    includePages: "true",
  }).filter(([, value]) => value !== undefined && value !== null);
  const parts = [
    "curl -sS",
    ...(hasKey ? ['-H "X-API-Key: $OCR_SIDECAR_API_KEY"'] : []),
    `-F ${quoted(`file=@"${fileName.replace(/["\\]/g, "\\$&")}"`)}`,
    ...texts.map(([name, value]) => `--form-string ${quoted(`${name}=${String(value)}`)}`),
    quoted(`${base}ocr-upload`),
  ];
  return parts.join(" \\\n  ");
}

/** One word for the shell, whatever stands in it. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
