/** One instruction of a Dockerfile, its continuation lines joined. */
export interface Instruction {
  /** Upper-case word such as `COPY`. */
  name: string;
  /** What follows the word, comments and line ends removed. */
  text: string;
}

/** A build stage with the instructions that follow its FROM. */
export interface Stage {
  name: string;
  /** The image or stage it starts from, variables unresolved. */
  base: string;
  instructions: Instruction[];
}

export interface Dockerfile {
  /** ARG instructions before the first FROM. */
  globals: Instruction[];
  stages: Stage[];
}

/** Reads the Dockerfile syntax that this project uses; anything else is an error. */
export function parseDockerfile(source: string): Dockerfile {
  const lines = source.split("\n").filter((line) => !/^\s*(#|$)/.test(line));
  const joined = lines.join("\n").replaceAll(/\s*\\\n\s*/g, " ");
  const globals: Instruction[] = [];
  const stages: Stage[] = [];
  for (const line of joined.split("\n")) {
    const [, name = "", text = ""] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
    if (name === "") throw new Error(`Not an instruction: ${line}`);
    if (name === "FROM") stages.push({ ...parseFrom(text), instructions: [] });
    else (stages.at(-1)?.instructions ?? globals).push({ name, text });
  }
  return { globals, stages };
}

function parseFrom(text: string): Pick<Stage, "name" | "base"> {
  const [, base = "", name = ""] = /^(\S+) AS (\S+)$/.exec(text) ?? [];
  if (name === "") throw new Error(`A stage without a name: FROM ${text}`);
  return { base, name };
}

/** Sources of a COPY from the build context; none for a COPY from another stage. */
export function contextSources(text: string): string[] {
  return text.startsWith("--from=") ? [] : text.split(/\s+/).slice(0, -1);
}
