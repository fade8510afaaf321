import { createHash } from "node:crypto";
import { basename, extname } from "node:path";
import { fileURLToPath } from "node:url";
import { noticesOf } from "./notices.ts";

/** One file of the page for people, under the name by which browsers ask for it. */
export interface ConsoleFile {
  /** With a hash of its content. */
  name: string;
  contentType: string;
  body: Uint8Array<ArrayBuffer>;
}

/** The page for people: its files and what its document must name. */
export interface ConsoleBuild {
  files: readonly ConsoleFile[];
  script: string;
  style: string;
  /** Fetched before the style asks for them, so that text is not laid out twice. */
  fonts: readonly string[];
  notices: string;
  icon: string;
}

const sources = fileURLToPath(new URL("../../../console/", import.meta.url));
const modules = fileURLToPath(new URL("../../../node_modules/", import.meta.url));

/** Thai and Latin letters in one typeface, under the names that the style sheet has for them. */
const fontFiles = {
  "sarabun-400.ttf": "@expo-google-fonts/sarabun/400Regular/Sarabun_400Regular.ttf",
  "sarabun-600.ttf": "@expo-google-fonts/sarabun/600SemiBold/Sarabun_600SemiBold.ttf",
} as const;

/** Bundles the page for people from its sources in 0.2 s. Rejects where these, or their libraries, are not there. */
export async function buildConsole(): Promise<ConsoleBuild> {
  const [script, sheet, notices, icon, fonts] = await Promise.all([
    bundle("main.tsx"),
    bundle("style/console.css"),
    noticesOf(),
    Bun.file(`${sources}icon.svg`).text(),
    Promise.all(
      Object.entries(fontFiles).map(async ([name, path]) => ({
        name,
        file: hashed(name, await Bun.file(modules + path).bytes()),
      })),
    ),
  ]);
  const named = fonts.reduce((text, { name, file }) => text.replaceAll(name, file.name), sheet);
  const files = {
    script: hashed("console.js", encode(script)),
    style: hashed("console.css", encode(named)),
    notices: hashed("third-party-notices.txt", encode(notices)),
    icon: hashed("icon.svg", encode(icon)),
  };
  return {
    files: [...Object.values(files), ...fonts.map(({ file }) => file)],
    script: files.script.name,
    style: files.style.name,
    fonts: fonts.map(({ file }) => file.name),
    notices: files.notices.name,
    icon: files.icon.name,
  };
}

async function bundle(entry: string): Promise<string> {
  const { outputs } = await Bun.build({
    entrypoints: [sources + entry],
    target: "browser",
    minify: true,
    // In a style sheet they would be written out as text.
    external: ["*.ttf"],
  });
  const [output] = outputs;
  if (output === undefined || outputs.length > 1) throw new Error(`${entry} became ${outputs.length} files.`);
  return await output.text();
}

const encode = (text: string) => new TextEncoder().encode(text);

const contentTypes: ReadonlyMap<string, string> = new Map([
  [".js", "text/javascript; charset=utf-8"],
  [".css", "text/css; charset=utf-8"],
  [".ttf", "font/ttf"],
  [".svg", "image/svg+xml"],
  [".txt", "text/plain; charset=utf-8"],
]);

function hashed(name: string, body: Uint8Array<ArrayBuffer>): ConsoleFile {
  const ending = extname(name);
  const hash = createHash("sha256").update(body).digest("base64url").slice(0, 12);
  const contentType = contentTypes.get(ending) ?? "application/octet-stream";
  return { name: `${basename(name, ending)}.${hash}${ending}`, contentType, body };
}
