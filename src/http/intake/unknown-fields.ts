/** Fields that are named; of more, only their number is told. */
const maxNamed = 5;
/** Code points of a name that are told. */
const maxNameLength = 40;
/** Letters by which a misspelt name may differ. */
const maxDistance = 2;

/** Known only so that it can be refused. */
const neverAccepted = "keep_alive";

export interface KnownFields {
  /** What the operation takes. */
  fields: readonly string[];
  /** What it takes inside `runtimeParams`. */
  parameters: readonly string[];
}

/**
 * What is said of fields that an operation does not know, in bounded number and length: they are ignored, and a caller who
 * misspelt one would wonder why it does nothing.
 *
 * @param unknown names as the caller wrote them
 */
export function unknownFieldWarnings(unknown: readonly string[], known: KnownFields): string[] {
  const named = unknown.slice(0, maxNamed).map((name) => `field \`${shown(name)}\` is unknown${adviceOn(name, known)}`);
  const more = unknown.length - named.length;
  return more === 0 ? named : [...named, `${more} more ${more === 1 ? "field is" : "fields are"} unknown`];
}

function adviceOn(name: string, { fields, parameters }: KnownFields): string {
  if (name.length > maxNameLength) return "";
  const meant = closest(name, fields);
  if (meant !== undefined) return `; did you mean \`${meant}\`?`;
  const parameter = closest(name, parameters);
  return parameter === undefined ? "" : `; did you mean \`${parameter}\` inside \`runtimeParams\`?`;
}

/** Another spelling of the same words before a misspelt one. */
function closest(name: string, candidates: readonly string[]): string | undefined {
  const plain = plainName(name);
  const accepted = candidates.filter((candidate) => candidate !== neverAccepted);
  const distances = accepted.map((candidate) => ({ candidate, distance: editDistance(plain, plainName(candidate)) }));
  const [best] = distances.sort((one, other) => one.distance - other.distance);
  // Of a short name little would be left.
  return best !== undefined && best.distance <= Math.min(maxDistance, plain.length / 4) ? best.candidate : undefined;
}

const plainName = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, "");

/** Characters that must be put in, left out, replaced or swapped with their neighbour. */
function editDistance(one: string, other: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let row = 1; row <= one.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= other.length; column += 1) {
      const isSame = one[row - 1] === other[column - 1];
      const isSwap = row > 1 && column > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      current[column] = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (isSame ? 0 : 1),
        isSwap ? (beforeLast[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    beforeLast = last;
    last = current;
  }
  return last[other.length] ?? 0;
}

/** Without what could break a line, a terminal or the quotation. */
function shown(name: string): string {
  const plain = name.slice(0, 4 * maxNameLength).replaceAll(/[\p{C}\p{Zl}\p{Zp}`]/gu, "");
  const points = [...plain];
  return points.length > maxNameLength || name.length > 4 * maxNameLength
    ? `${points.slice(0, maxNameLength).join("")}…`
    : plain;
}
