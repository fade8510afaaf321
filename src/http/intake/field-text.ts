import { invalidField } from "../answers/faults.ts";

/** @throws SidecarError `invalid_request` naming the field */
export function numberOf(field: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const trimmed = text.trim();
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(trimmed)) return Number(trimmed);
  throw invalidField(field, `${field} must be a number`);
}

/** @throws SidecarError `invalid_request` naming the field */
export function booleanOf(field: string, text: string | undefined): boolean | undefined {
  switch (text?.trim().toLowerCase()) {
    case undefined:
      return undefined;
    case "true":
    case "1":
      return true;
    case "false":
    case "0":
      return false;
    default:
      throw invalidField(field, `${field} must be true or false`);
  }
}
