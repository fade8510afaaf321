import type { OnnxGraph, OnnxNode, OnnxTensor, OnnxValue } from "./onnx-writer.ts";
import type { Linear, Norm, TinyLayer, TinyWeights } from "./tiny-weights.ts";

export type TinyOutputs = "three-headed" | "hidden-state" | "logits";

/** An XLM-RoBERTa encoder as exporters write it (opset 17), with the outputs of one kind of published model. */
export function tinyGraph(weights: TinyWeights, outputs: TinyOutputs, halfOutputs = false): OnnxGraph {
  const graph = new GraphBuilder(halfOutputs);
  const { hidden, heads } = weights.shape;
  const one = graph.integers("one", [1n]);
  const pad = graph.integers("pad", [1n]);

  const isPad = graph.node("Equal", ["input_ids", pad]);
  const present = graph.node("Cast", [graph.node("Not", [isPad])], { to: 7 });
  const counted = graph.node("Mul", [graph.node("CumSum", [present, one]), present]);
  const positionIds = graph.node("Add", [counted, pad]);
  const words = graph.node("Gather", [graph.table("words", weights.words, hidden), "input_ids"], { axis: 0 });
  const places = graph.node("Gather", [graph.table("positions", weights.positions, hidden), positionIds], { axis: 0 });
  const typed = graph.node("Add", [graph.node("Add", [words, places]), graph.vector("token_type", weights.tokenType)]);
  let state = graph.norm(typed, weights.embeddingNorm);

  const mask = graph.node("Unsqueeze", [
    graph.node("Cast", ["attention_mask"], { to: 1 }),
    graph.integers("mask_axes", [1n, 2n]),
  ]);
  const bias = graph.node("Mul", [graph.node("Sub", [graph.scalar(1), mask]), graph.scalar(-1e9)]);
  for (const layer of weights.layers) state = encoderLayer(graph, state, layer, bias, hidden, heads);

  const first = graph.node("Gather", [state, graph.integers("first", [0n], [])], { axis: 1 });
  switch (outputs) {
    case "hidden-state":
      graph.output("last_hidden_state", state, ["batch", "sequence", hidden]);
      break;
    case "three-headed":
      graph.output("dense_vecs", first, ["batch", hidden]);
      graph.output("sparse_vecs", graph.node("Relu", [graph.linear(state, weights.sparse)]), ["batch", "sequence", 1]);
      graph.output("colbert_vecs", state, ["batch", "sequence", hidden]);
      break;
    case "logits": {
      const dense = graph.node("Tanh", [graph.linear(first, weights.classifierDense)]);
      graph.output("logits", graph.linear(dense, weights.classifierOutput), ["batch", 1]);
      break;
    }
  }
  return graph.build();
}

function encoderLayer(g: GraphBuilder, state: string, layer: TinyLayer, bias: string, hidden: number, heads: number) {
  const size = hidden / heads;
  const split = g.integers(g.fresh("split"), [0n, 0n, BigInt(heads), BigInt(size)]);
  const head = (linear: Linear, perm: readonly number[]) =>
    g.node("Transpose", [g.node("Reshape", [g.linear(state, linear), split])], { perm });
  const scores = g.node("MatMul", [head(layer.query, [0, 2, 1, 3]), head(layer.key, [0, 2, 3, 1])]);
  const scaled = g.node("Add", [g.node("Div", [scores, g.scalar(Math.sqrt(size))]), bias]);
  const mixed = g.node("MatMul", [g.node("Softmax", [scaled], { axis: -1 }), head(layer.value, [0, 2, 1, 3])]);
  const joined = g.node("Reshape", [
    g.node("Transpose", [mixed], { perm: [0, 2, 1, 3] }),
    g.integers(g.fresh("join"), [0n, 0n, BigInt(hidden)]),
  ]);
  const attended = g.norm(g.node("Add", [g.linear(joined, layer.attentionOutput), state]), layer.attentionNorm);
  const inner = g.linear(attended, layer.intermediate);
  const erf = g.node("Erf", [g.node("Div", [inner, g.scalar(Math.SQRT2)])]);
  const gelu = g.node("Mul", [g.node("Mul", [inner, g.node("Add", [erf, g.scalar(1)])]), g.scalar(0.5)]);
  return g.norm(g.node("Add", [g.linear(gelu, layer.output), attended]), layer.outputNorm);
}

class GraphBuilder {
  readonly #nodes: OnnxNode[] = [];
  readonly #initializers: OnnxTensor[] = [];
  readonly #outputs: OnnxValue[] = [];
  readonly #halfOutputs: boolean;
  #count = 0;

  constructor(halfOutputs: boolean) {
    this.#halfOutputs = halfOutputs;
  }

  fresh(prefix: string): string {
    this.#count += 1;
    return `${prefix}_${this.#count}`;
  }

  node(type: string, inputs: readonly string[], attributes: OnnxNode["attributes"] = {}): string {
    const output = this.fresh(type);
    this.#nodes.push({ type, inputs, output, attributes });
    return output;
  }

  integers(name: string, values: readonly bigint[], dims: readonly number[] = [values.length]): string {
    return this.#initializer(name, dims, BigInt64Array.from(values));
  }

  scalar(value: number): string {
    return this.#initializer(this.fresh("scalar"), [], Float32Array.of(value));
  }

  vector(name: string, data: Float32Array): string {
    return this.#initializer(this.fresh(name), [data.length], data);
  }

  table(name: string, data: Float32Array, columns: number): string {
    return this.#initializer(name, [data.length / columns, columns], data);
  }

  linear(input: string, { weight, bias, inputs, outputs }: Linear): string {
    const matrix = this.#initializer(this.fresh("weight"), [inputs, outputs], weight);
    return this.node("Add", [this.node("MatMul", [input, matrix]), this.vector("bias", bias)]);
  }

  norm(input: string, { scale, bias }: Norm): string {
    const parts = [input, this.vector("scale", scale), this.vector("bias", bias)];
    return this.node("LayerNormalization", parts, { axis: -1, epsilon: 1e-5 });
  }

  output(name: string, source: string, shape: OnnxValue["shape"]): void {
    const elementType = this.#halfOutputs ? "float16" : "float";
    this.#nodes.push({ type: "Cast", inputs: [source], output: name, attributes: { to: this.#halfOutputs ? 10 : 1 } });
    this.#outputs.push({ name, elementType, shape });
  }

  build(): OnnxGraph {
    const input = (name: string): OnnxValue => ({ name, elementType: "int64", shape: ["batch", "sequence"] });
    return {
      nodes: this.#nodes,
      initializers: this.#initializers,
      inputs: [input("input_ids"), input("attention_mask")],
      outputs: this.#outputs,
    };
  }

  #initializer(name: string, dims: readonly number[], data: Float32Array | BigInt64Array): string {
    this.#initializers.push({ name, dims, data });
    return name;
  }
}
