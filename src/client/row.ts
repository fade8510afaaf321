import { OcrSettingsError } from "./ocr-settings-error.ts";

/** A row as a database driver gives it, or the object behind a JSON column. */
export type Row = Readonly<Record<string, unknown>>;

/** SQL's NULL, JavaScript's absence and blank text (a JSON form's empty field) all mean "nothing is held". */
export const isHeld = (value: unknown): boolean =>
  value !== undefined && value !== null && !(typeof value === "string" && value.trim() === "");

export const isRow = (value: unknown): value is Row =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);

/**
 * What a JSON column holds. Drivers give it parsed or as text, and some code wrote JSON text into JSON, so text
 * inside text is opened once more.
 *
 * @throws OcrSettingsError `invalid_json`
 */
export function readJson(column: string, value: unknown): unknown {
  let held = value;
  for (let depth = 0; depth < 2 && typeof held === "string" && isHeld(held); depth += 1) {
    try {
      held = JSON.parse(held);
    } catch {
      throw new OcrSettingsError("invalid_json", column, value, "holds text that is not JSON; correct it.");
    }
  }
  return isHeld(held) ? held : undefined;
}

/**
 * A JSON column that must be an object, or undefined when nothing is held.
 *
 * @throws OcrSettingsError `invalid_json`
 */
export function readJsonObject(column: string, value: unknown): Row | undefined {
  const held = readJson(column, value);
  if (held === undefined || isRow(held)) return held;
  throw new OcrSettingsError("invalid_json", column, value, "must be a JSON object.");
}

/**
 * Whether a row says that it is switched off: `is_active` or `isActive` is false, 0, "0", or the byte 0 that a BIT(1)
 * column arrives as. A row without such a column was chosen by its caller and counts as active.
 */
export function isSwitchedOff(row: Row): boolean {
  const held = [row.is_active, row.isActive].find(isHeld);
  if (held instanceof Uint8Array) return held.every((byte) => byte === 0);
  return held !== undefined && ["false", "0"].includes(String(held).trim().toLowerCase());
}
