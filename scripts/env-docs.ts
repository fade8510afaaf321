import { resolve } from "node:path";
import type { z } from "zod";
import { sections } from "../src/service/env-schema.ts";
import { composeVariables } from "./compose-variables.ts";

/** One variable of the environment as the documentation shows it. */
interface VariableDoc {
  name: string;
  /** The default as a person would write it; empty when there is none. */
  defaultText: string;
  description: string;
  /** What the variable should hold, in words. */
  expected: string;
}

/** The documents made from the schema, by their path in the repository; each function takes the present content. */
export const documents: Readonly<Record<string, (present: string) => string>> = {
  ".env.example": () => environmentExample(),
  "README.md": (present) =>
    replaceBetween(
      replaceBetween(present, "<!-- variables: begin -->", "<!-- variables: end -->", tables()),
      "<!-- compose variables: begin -->",
      "<!-- compose variables: end -->",
      composeTable(),
    ),
  "docker-compose.yml": (present) =>
    replaceBetween(present, "  # variables: begin", "  # variables: end", passedVariables()),
};

/** Variables that the service itself does not read. */
const commandLine = [
  "",
  "# ---- Command line only ----",
  "",
  "# a running service; without it a command starts its own (an http or https address)",
  "#OCR_SIDECAR_URL=",
  "",
  "# the Redis of batches; may hold a password, and is never shown (a redis:// or rediss:// address)",
  "#REDIS_URL=",
];

function environmentExample(): string {
  const head = [
    "# Settings of the OCR sidecar: copy this file to .env, which Bun and Docker Compose read by themselves.",
    "# A variable that is empty or absent has the default shown here. Both read a $ as the beginning of a variable:",
    "# for a key that holds one use the key file. Made by `bun run docs:env`; do not edit.",
  ];
  const body = documentedSections().flatMap(([section, variables]) => [
    "",
    `# ---- ${section} ----`,
    ...variables.flatMap(({ name, defaultText, description, expected }) => [
      "",
      `# ${description} (${expected})`,
      `#${name}=${defaultText}`,
    ]),
  ]);
  const compose = composeVariables.flatMap(({ name, defaultText, description }) => [
    "",
    `# ${description.replaceAll("`", "")}`,
    `#${name}=${defaultText}`,
  ]);
  const composeHead = ["", "# ---- Docker Compose only ----"];
  return `${[...head, ...body, ...commandLine, ...composeHead, ...compose].join("\n")}\n`;
}

function tables(): string {
  return documentedSections()
    .map(([section, variables]) =>
      [
        `### ${section}`,
        "",
        "| Variable | Default | Meaning |",
        "|---|---|---|",
        ...variables.map(
          ({ name, defaultText, description }) =>
            `| \`${name}\` | ${defaultText === "" ? "" : `\`${escapeCell(defaultText)}\``} | ${escapeCell(description)} |`,
        ),
      ].join("\n"),
    )
    .join("\n\n");
}

function composeTable(): string {
  const rows = composeVariables.map(
    ({ name, defaultText, description }) =>
      `| \`${name}\` | ${defaultText === "" ? "" : `\`${defaultText}\``} | ${escapeCell(description)} |`,
  );
  return ["| Variable | Default | Meaning |", "|---|---|---|", ...rows].join("\n");
}

/** What Compose hands to the container. */
function passedVariables(): string {
  return documentedSections()
    .flatMap(([, variables]) => variables)
    .map(({ name }) => `  ${name}: \${${name}:-}`)
    .join("\n");
}

/**
 * Replaces the lines between two marker lines.
 *
 * @throws Error when a marker is missing, so that a table never vanishes unnoticed
 */
export function replaceBetween(text: string, begin: string, end: string, body: string): string {
  const from = text.indexOf(`${begin}\n`);
  const to = text.indexOf(end, from);
  if (from === -1 || to === -1) throw new Error(`The markers ${begin} and ${end} are not both there, in this order.`);
  return `${text.slice(0, from)}${begin}\n${body}\n${text.slice(to)}`;
}

function documentedSections(): Array<[section: string, variables: VariableDoc[]]> {
  return Object.entries(sections).map(([section, variables]) => [
    section,
    Object.entries<z.ZodType>(variables).map(([name, schema]) => ({ name, ...wordsOf(name, schema) })),
  ]);
}

function wordsOf(name: string, schema: z.ZodType): Omit<VariableDoc, "name"> {
  const { defaultText, description, expected } = schema.meta() ?? {};
  if (typeof defaultText !== "string" || typeof description !== "string" || typeof expected !== "string") {
    throw new Error(`${name} has no description, or was not made by src/service/env-types.ts.`);
  }
  return { defaultText, description, expected };
}

const escapeCell = (text: string) => text.replaceAll("|", "\\|");

if (import.meta.main) {
  for (const [path, render] of Object.entries(documents)) {
    const file = Bun.file(resolve(import.meta.dir, "..", path));
    await Bun.write(file, render((await file.exists()) ? await file.text() : ""));
  }
}
