import { SidecarError } from "../../errors.ts";
import { invalidField, mebibyte } from "../answers/faults.ts";

/** The text fields of a form, while they come. */
export interface FormFields {
  /** Begins a field; what is added from now on is its text. Throws `invalid_request` when it has come before. */
  begin(name: string): void;
  /** Throws `body_too_large` when all fields together are too large. */
  add(bytes: Uint8Array): void;
  /** The fields by name. Throws `invalid_request` naming a field that is not UTF-8. */
  read(): Map<string, string>;
}

/** Bytes of all text fields. They are parsed and validated in one go, in which nobody else is served. */
const maxFieldBytes = mebibyte;
const growthBytes = 16 * 1024;

/** Gathers fields of at most 1 MiB together, names included. They may come byte by byte, so the pieces are not kept. */
export function createFormFields(): FormFields {
  const text = new ArrayBuffer(0, { maxByteLength: maxFieldBytes });
  const ends = new Map<string, { start: number; end: number }>();
  let current = { start: 0, end: 0 };
  let nameBytes = 0;

  return {
    begin(name) {
      if (ends.has(name)) throw invalidField(shown(name), "The form holds a field twice");
      nameBytes += name.length;
      current = { start: current.end, end: current.end };
      ends.set(name, current);
    },
    add(bytes) {
      const end = current.end + bytes.byteLength;
      if (nameBytes + end > maxFieldBytes) {
        throw new SidecarError("body_too_large", "The text fields of the form are larger than 1 MiB together.");
      }
      if (end > text.byteLength) text.resize(Math.min(maxFieldBytes, Math.max(end, text.byteLength + growthBytes)));
      new Uint8Array(text).set(bytes, current.end);
      current.end = end;
    },
    read: () =>
      new Map(
        [...ends].map(([name, { start, end }]) => [name, decoded(new Uint8Array(text, start, end - start), name)]),
      ),
  };
}

/** Strictly, or what the caller wrote would change without a word. */
function decoded(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw invalidField(shown(name), "The form holds text that is not UTF-8", { cause: error });
  }
}

const shown = (name: string) => name.slice(0, 100);
