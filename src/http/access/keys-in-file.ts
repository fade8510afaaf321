/** The keys of a key file, separated by commas or line breaks; lines that begin with # are comments. */
export function keysInFile(content: string): string[] {
  const lines = content.split(/[\r\n]+/).filter((line) => !line.trimStart().startsWith("#"));
  const keys = lines.flatMap((line) => line.split(",")).map((key) => key.trim());
  return keys.filter((key) => key !== "");
}
