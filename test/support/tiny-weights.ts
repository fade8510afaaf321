/** The shape of a tiny model; everything else about it follows from the seed. */
export interface TinyShape {
  vocabulary: number;
  hidden: number;
  heads: number;
  layers: number;
  feedForward: number;
  /** Rows of the position table: two more than the longest sequence, as RoBERTa counts from the pad id. */
  positions: number;
  seed: number;
}

export interface Linear {
  /** [inputs, outputs], row by row. */
  weight: Float32Array;
  bias: Float32Array;
  inputs: number;
  outputs: number;
}

export interface Norm {
  scale: Float32Array;
  bias: Float32Array;
}

export interface TinyLayer {
  query: Linear;
  key: Linear;
  value: Linear;
  attentionOutput: Linear;
  attentionNorm: Norm;
  intermediate: Linear;
  output: Linear;
  outputNorm: Norm;
}

export interface TinyWeights {
  shape: TinyShape;
  words: Float32Array;
  positions: Float32Array;
  tokenType: Float32Array;
  embeddingNorm: Norm;
  layers: TinyLayer[];
  sparse: Linear;
  classifierDense: Linear;
  classifierOutput: Linear;
}

/** Deterministic weights; large enough that every part of the arithmetic shows in the outputs. */
export function tinyWeights(shape: TinyShape): TinyWeights {
  const next = uniform(shape.seed);
  const table = (length: number, spread: number) => Float32Array.from({ length }, () => (next() * 2 - 1) * spread);
  const linear = (inputs: number, outputs: number): Linear => ({
    weight: table(inputs * outputs, Math.sqrt(3 / inputs)),
    bias: table(outputs, 0.2),
    inputs,
    outputs,
  });
  const norm = (): Norm => ({
    scale: table(shape.hidden, 0.3).map((value) => value + 1),
    bias: table(shape.hidden, 0.2),
  });
  const layer = (): TinyLayer => ({
    query: linear(shape.hidden, shape.hidden),
    key: linear(shape.hidden, shape.hidden),
    value: linear(shape.hidden, shape.hidden),
    attentionOutput: linear(shape.hidden, shape.hidden),
    attentionNorm: norm(),
    intermediate: linear(shape.hidden, shape.feedForward),
    output: linear(shape.feedForward, shape.hidden),
    outputNorm: norm(),
  });
  return {
    shape,
    words: table(shape.vocabulary * shape.hidden, 1),
    positions: table(shape.positions * shape.hidden, 0.5),
    tokenType: table(shape.hidden, 0.2),
    embeddingNorm: norm(),
    layers: Array.from({ length: shape.layers }, layer),
    sparse: linear(shape.hidden, 1),
    classifierDense: linear(shape.hidden, shape.hidden),
    classifierOutput: linear(shape.hidden, 1),
  };
}

/** mulberry32: numbers in [0, 1) that are the same on every machine. */
function uniform(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
