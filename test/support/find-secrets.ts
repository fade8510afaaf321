/** A piece of text that looks like a secret. */
export interface SuspectedSecret {
  path: string;
  rule: string;
  /** The line without its end, for the message of the test. */
  line: string;
}

/** Made-up credentials are short: these rules are not for tests, which need some. */
const productionOnly: ReadonlySet<string> = new Set([
  "value given to a name that means a secret",
  "credentials in an address",
]);

const rules: ReadonlyArray<{ name: string; matches(line: string): boolean }> = [
  { name: "private key", matches: (line) => /-----BEGIN [A-Z ]*PRIVATE KEY/.test(line) },
  {
    name: "key with a known prefix",
    matches: (line) =>
      /\b(?:sk-[A-Za-z0-9_-]{16,}|gh[opsu]_\w{20,}|glpat-[\w-]{16,}|hf_\w{20,}|AKIA[A-Z0-9]{16}|xox[abpr]-[\w-]{10,}|npm_\w{30,})/.test(
        line,
      ),
  },
  {
    name: "value given to a name that means a secret",
    matches: (line) => {
      const named =
        /(?:api[_-]?keys?|secret|password|passwd|access[_-]?token)["']?\s*[:=]\s*(["'`]?)([^\s"'`,;)}<]{6,})/i;
      const [, quote = "", value = ""] = named.exec(line) ?? [];
      // Without quotes a dot, bracket or $ means an expression, a path or a reference, not a literal.
      return value !== "" && (quote !== "" ? !/^[/$]/.test(value) : /\d/.test(value) && /^[\w+/=-]+$/.test(value));
    },
  },
  { name: "credentials in an address", matches: (line) => /\/\/[^\s/:@"'`${}]+:[^\s/@"'`${}]+@/.test(line) },
  {
    name: "long random text",
    matches: (line) => (line.match(/[A-Za-z0-9+/_-]{24,}={0,2}/g) ?? []).some(looksRandom),
  },
];

/** Lines that look as if they held a key, a password or a token. */
export function findSecrets(path: string, text: string): SuspectedSecret[] {
  const applied = rules.filter(({ name }) => !path.startsWith("test/") || !productionOnly.has(name));
  return text
    .split("\n")
    .map((line) => line.replaceAll(modelRevision, ""))
    .flatMap((line) => applied.filter((rule) => rule.matches(line)).map((rule) => ({ path, rule: rule.name, line })));
}

/** A commit of a public model, the one kind of hexadecimal text that belongs into sources. */
const modelRevision = /(?<=[\w-]\/[\w.-]+)@[0-9a-f]{40}\b/g;

/** Random base64 of 24 characters has about 4.2 bits a character, an identifier below 4; more than two slashes make a path. */
function looksRandom(text: string): boolean {
  if (text.split("/").length > 3) return false;
  const mixed = /[a-z]/.test(text) && /[A-Z]/.test(text) && (text.match(/\d/g) ?? []).length >= 3;
  const hexadecimal = /^[0-9a-f]{32,}$/i.test(text) && /\d/.test(text) && /[a-f]/i.test(text);
  return hexadecimal ? bitsPerCharacter(text) > 3 : mixed && bitsPerCharacter(text) > 4;
}

function bitsPerCharacter(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  return -[...counts.values()].reduce((sum, count) => sum + (count / text.length) * Math.log2(count / text.length), 0);
}
