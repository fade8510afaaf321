import type { Linear, Norm, TinyLayer, TinyWeights } from "./tiny-weights.ts";

/**
 * The arithmetic of XLM-RoBERTa for one sequence, in 64-bit floats and without any library, as the papers
 * and the reference implementation define it. It shares nothing with the service but the weights.
 */
function referenceHidden(weights: TinyWeights, ids: readonly number[]): number[][] {
  const { hidden } = weights.shape;
  let rows = ids.map((id, index) => {
    // Positions count from 2; a pad token, typed by a user or not, has position 1 and is not counted.
    const position = id === 1 ? 1 : 1 + ids.slice(0, index + 1).filter((other) => other !== 1).length;
    const row = Array.from({ length: hidden }, (_, column) => {
      return (
        at(weights.words, id * hidden + column) +
        at(weights.positions, position * hidden + column) +
        at(weights.tokenType, column)
      );
    });
    return normalise(row, weights.embeddingNorm);
  });
  for (const layer of weights.layers) rows = encode(rows, layer, weights.shape.heads);
  return rows;
}

/** The L2-normalised first row. */
export function referenceDense(weights: TinyWeights, ids: readonly number[]): number[] {
  const [first = []] = referenceHidden(weights, ids);
  const length = Math.sqrt(sum(first.map((value) => value * value)));
  return first.map((value) => value / length);
}

/** Token id to weight, in the order of first occurrence; special tokens and zero weights left out. */
export function referenceSparse(weights: TinyWeights, ids: readonly number[]): Map<number, number> {
  const found = new Map<number, number>();
  referenceHidden(weights, ids).forEach((row, index) => {
    const id = ids[index] ?? 0;
    const weight = Math.max(0, at(project(row, weights.sparse), 0));
    if (id > 3 && weight > 0) found.set(id, Math.max(weight, found.get(id) ?? 0));
  });
  return found;
}

/** The raw score of a classification head over the first row. */
export function referenceLogit(weights: TinyWeights, ids: readonly number[]): number {
  const [first = []] = referenceHidden(weights, ids);
  const dense = project(first, weights.classifierDense).map(Math.tanh);
  return at(project(dense, weights.classifierOutput), 0);
}

function encode(rows: number[][], layer: TinyLayer, heads: number): number[][] {
  const queries = rows.map((row) => project(row, layer.query));
  const keys = rows.map((row) => project(row, layer.key));
  const values = rows.map((row) => project(row, layer.value));
  const hidden = rows[0]?.length ?? 0;
  const size = hidden / heads;
  return rows.map((row, index) => {
    const mixed: number[] = [];
    for (let start = 0; start < hidden; start += size) {
      const slice = (vector: number[] | undefined) => (vector ?? []).slice(start, start + size);
      const query = slice(queries[index]);
      const shares = softmax(keys.map((key) => dot(query, slice(key)) / Math.sqrt(size)));
      for (let column = start; column < start + size; column += 1) {
        mixed.push(sum(values.map((value, other) => at(shares, other) * at(value, column))));
      }
    }
    const attended = normalise(add(project(mixed, layer.attentionOutput), row), layer.attentionNorm);
    const inner = project(attended, layer.intermediate).map((x) => 0.5 * x * (1 + erf(x / Math.SQRT2)));
    return normalise(add(project(inner, layer.output), attended), layer.outputNorm);
  });
}

function project(input: readonly number[], { weight, bias, inputs, outputs }: Linear): number[] {
  return Array.from({ length: outputs }, (_, column) => {
    let total = at(bias, column);
    for (let row = 0; row < inputs; row += 1) total += at(input, row) * at(weight, row * outputs + column);
    return total;
  });
}

function normalise(row: readonly number[], { scale, bias }: Norm): number[] {
  const mean = sum(row) / row.length;
  const variance = sum(row.map((value) => (value - mean) ** 2)) / row.length;
  return row.map(
    (value, column) => ((value - mean) / Math.sqrt(variance + 1e-5)) * at(scale, column) + at(bias, column),
  );
}

function softmax(scores: readonly number[]): number[] {
  const highest = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - highest));
  const total = sum(powers);
  return powers.map((power) => power / total);
}

/** The Maclaurin series, exact to double precision for the small arguments here, and its limit beyond. */
function erf(x: number): number {
  if (Math.abs(x) > 5) return Math.sign(x);
  let term = x;
  let total = x;
  for (let n = 1; n < 200 && Math.abs(term) > 1e-17; n += 1) {
    term *= (-x * x) / n;
    total += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * total;
}

const add = (left: readonly number[], right: readonly number[]) => left.map((value, index) => value + at(right, index));
const dot = (left: readonly number[], right: readonly number[]) => sum(left.map((value, i) => value * at(right, i)));
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

function at(values: ArrayLike<number>, index: number): number {
  const value = values[index];
  if (value === undefined) throw new RangeError(`no element ${index} of ${values.length}`);
  return value;
}
