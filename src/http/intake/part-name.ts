/**
 * The `name` of a part of a form, by its header lines; empty when it has none. Names of headers and parameters may be
 * written in capitals. Nothing else is looked at, the caller's name of a file least of all.
 *
 * @throws TypeError when the name is not UTF-8
 */
export function partName(header: Uint8Array): string {
  // One character a byte: a name of a file in another encoding is no fault.
  const lines = Buffer.from(header)
    .toString("latin1")
    .replaceAll(/\r\n[ \t]+/g, " ")
    .split("\r\n");
  const disposition = lines.find((line) => /^content-disposition\s*:/i.test(line)) ?? "";
  for (const [, name = "", quoted, plain = ""] of disposition.matchAll(parameter)) {
    if (name.toLowerCase() !== "name") continue;
    const value = quoted === undefined ? plain.trim() : quoted.replaceAll(/\\(["\\])/g, "$1");
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(value, "latin1"));
  }
  return "";
}

/** `; name=value` or `; name="value"`, where a backslash stands before a quotation mark that is part of the value. */
const parameter = /;\s*([^\s;="]+)\s*=\s*(?:"((?:\\.|[^"\\])*)"|([^;]*))/g;
