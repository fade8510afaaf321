import { fileURLToPath } from "node:url";

/** What the page for people is made of besides our own sources, each with the file that holds its licence. */
const libraries = {
  preact: "preact/LICENSE",
  "@preact/signals": "@preact/signals/LICENSE",
  marked: "marked/LICENSE",
  DOMPurify: "dompurify/LICENSE",
  diff: "diff/LICENSE",
  zod: "zod/LICENSE",
  "Sarabun (SIL Open Font License 1.1)": "@expo-google-fonts/sarabun/LICENSE_FONT",
} as const;

/** The licences of all of them, as one text. */
export async function noticesOf(): Promise<string> {
  const parts = await Promise.all(
    Object.entries(libraries).map(async ([name, path]) => {
      const licence = await Bun.file(fileURLToPath(new URL(`../../../node_modules/${path}`, import.meta.url))).text();
      return `${name}\n${"=".repeat(name.length)}\n\n${licence.trim()}\n`;
    }),
  );
  return parts.join("\n\n");
}
