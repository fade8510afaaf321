import { resolve } from "node:path";
import { repository } from "./tracked-files.ts";

/** One of the README's two command lines. */
export async function readmeLine(name: "start" | "test"): Promise<string> {
  const readme = await Bun.file(resolve(repository, "README.md")).text();
  const block = new RegExp(`^<!-- line: ${name} -->\\n\`\`\`sh\\n(.+)\\n\`\`\`$`, "m").exec(readme);
  if (block?.[1] === undefined) throw new Error(`README.md has no line named ${name}.`);
  return block[1];
}
