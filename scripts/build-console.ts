/** Builds the page for people into a folder, for images: there its sources and libraries are not needed any more. */
import { parseArgs } from "node:util";
import { writeConsole } from "../src/http/console/console-files.ts";

const { values } = parseArgs({ options: { out: { type: "string" } } });
if (values.out === undefined) throw new Error("Name the folder: --out FOLDER");
await writeConsole(values.out);
