import { OcrSettingsError } from "./ocr-settings-error.ts";
import { isHeld, isRow, isSwitchedOff, type Row, readJson, readJsonObject } from "./row.ts";

const place = "ai_prompts";
const configColumns = ["context_config", "contextConfig"] as const;
const tagColumns = ["dmsTags", "dms_tags"] as const;

/** The names that the service accepts, and how many of them. */
const tagName = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;
const maxTags = 50;

/** The row, if it is one that may be used. */
export const activePrompt = (row: Row | null | undefined): Row | undefined =>
  row === null || row === undefined || isSwitchedOff(row) ? undefined : row;

/** @throws OcrSettingsError `blank_prompt`, `invalid_json` */
export function readTemplate(row: Row): string {
  const { template } = row;
  if (!isHeld(template)) {
    throw new OcrSettingsError("blank_prompt", `${place}.template`, template, "is empty; write the prompt.");
  }
  if (typeof template === "string") return template;
  throw new OcrSettingsError("invalid_json", `${place}.template`, template, "must be text.");
}

/**
 * The tag names of `context_config.dmsTags`; undefined when none are held.
 *
 * @throws OcrSettingsError `invalid_json`, `invalid_tag`
 */
export function readContextTags(row: Row): string[] | undefined {
  const column = configColumns.find((name) => isHeld(row[name])) ?? configColumns[0];
  const config = readJsonObject(`${place}.${column}`, row[column]);
  if (config === undefined) return undefined;
  const name = tagColumns.find((key) => isHeld(config[key])) ?? tagColumns[0];
  return readTagNames(`${place}.${column}.${name}`, config[name]);
}

/**
 * Tag names from a list, the keys of an object, or JSON text of either; undefined when nothing is held. Values of an
 * object are ignored, as the service does.
 *
 * @throws OcrSettingsError `invalid_json`, `invalid_tag`
 */
export function readTagNames(column: string, value: unknown): string[] | undefined {
  const held = readJson(column, value);
  if (held === undefined) return undefined;
  if (!Array.isArray(held) && !isRow(held)) {
    throw new OcrSettingsError("invalid_json", column, value, "must be an object or a list of tag names.");
  }
  const names: readonly unknown[] = Array.isArray(held) ? held : Object.keys(held);
  if (names.length > maxTags) {
    throw new OcrSettingsError(
      "invalid_tag",
      column,
      value,
      `holds ${names.length} tags; at most ${maxTags} are read.`,
    );
  }
  return names.map((name) => {
    if (typeof name === "string" && tagName.test(name)) return name;
    const message = `holds ${JSON.stringify(name)}; a tag name is a letter and up to 63 letters, digits, _ or -.`;
    throw new OcrSettingsError("invalid_tag", column, name, message);
  });
}
