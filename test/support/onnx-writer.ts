/**
 * Writes ONNX files (protocol buffers by hand: the format needs three of its wire types).
 * Field numbers are those of onnx.proto3, IR version 8.
 */
export interface OnnxTensor {
  name: string;
  dims: readonly number[];
  data: Float32Array | BigInt64Array;
}

export interface OnnxNode {
  type: string;
  inputs: readonly string[];
  output: string;
  attributes?: Readonly<Record<string, number | readonly number[]>>;
}

export interface OnnxValue {
  name: string;
  elementType: "float" | "int64" | "float16";
  /** Names are symbolic dimensions. */
  shape: ReadonlyArray<number | string>;
}

export interface OnnxGraph {
  nodes: readonly OnnxNode[];
  initializers: readonly OnnxTensor[];
  inputs: readonly OnnxValue[];
  outputs: readonly OnnxValue[];
}

const elementTypes = { float: 1, int64: 7, float16: 10 } as const;
const opsetVersion = 17;
/** Smaller tensors stay in the model file, as exporters leave them. */
const externalFromBytes = 1024;

/** The bytes of a model file, and those of its external data file when a name for one is given. */
export function encodeModel(graph: OnnxGraph, externalName?: string): { model: Uint8Array; data: Uint8Array } {
  const external: Uint8Array[] = [];
  let offset = 0;
  const initializers = graph.initializers.map((tensor) => {
    const raw = new Uint8Array(tensor.data.buffer, tensor.data.byteOffset, tensor.data.byteLength);
    if (externalName === undefined || raw.byteLength < externalFromBytes) return encodeTensor(tensor, bytes(9, raw));
    const place = [entry("location", externalName), entry("offset", `${offset}`), entry("length", `${raw.byteLength}`)];
    external.push(raw);
    offset += raw.byteLength;
    return encodeTensor(tensor, Buffer.concat([...place.map((pair) => bytes(13, pair)), varint(14, 1)]));
  });
  const encodedGraph = Buffer.concat([
    ...graph.nodes.map((node) => bytes(1, encodeNode(node))),
    text(2, "tiny"),
    ...initializers.map((tensor) => bytes(5, tensor)),
    ...graph.inputs.map((value) => bytes(11, encodeValue(value))),
    ...graph.outputs.map((value) => bytes(12, encodeValue(value))),
  ]);
  const model = Buffer.concat([varint(1, 8), bytes(7, encodedGraph), bytes(8, varint(2, opsetVersion))]);
  return { model, data: Buffer.concat(external) };
}

const encodeTensor = ({ name, dims, data }: OnnxTensor, content: Uint8Array) =>
  Buffer.concat([
    ...dims.map((dim) => varint(1, dim)),
    varint(2, data instanceof Float32Array ? elementTypes.float : elementTypes.int64),
    text(8, name),
    content,
  ]);

const encodeNode = ({ type, inputs, output, attributes = {} }: OnnxNode) =>
  Buffer.concat([
    ...inputs.map((name) => text(1, name)),
    text(2, output),
    text(3, output),
    text(4, type),
    ...Object.entries(attributes).map(([name, value]) => bytes(5, encodeAttribute(name, value))),
  ]);

function encodeAttribute(name: string, value: number | readonly number[]): Uint8Array {
  if (typeof value !== "number")
    return Buffer.concat([text(1, name), ...value.map((v) => varint(8, v)), varint(20, 7)]);
  if (Number.isInteger(value)) return Buffer.concat([text(1, name), varint(3, value), varint(20, 2)]);
  return Buffer.concat([text(1, name), float(2, value), varint(20, 1)]);
}

function encodeValue({ name, elementType, shape }: OnnxValue): Uint8Array {
  const dims = shape.map((dim) => bytes(1, typeof dim === "number" ? varint(1, dim) : text(2, dim)));
  const tensorType = Buffer.concat([varint(1, elementTypes[elementType]), bytes(2, Buffer.concat(dims))]);
  return Buffer.concat([text(1, name), bytes(2, bytes(1, tensorType))]);
}

const entry = (key: string, value: string) => Buffer.concat([text(1, key), text(2, value)]);
const key = (field: number, wireType: number) => number((field << 3) | wireType);
const varint = (field: number, value: number) => Buffer.concat([key(field, 0), number(value)]);
const text = (field: number, value: string) => bytes(field, Buffer.from(value));
const bytes = (field: number, value: Uint8Array) => Buffer.concat([key(field, 2), number(value.byteLength), value]);

function float(field: number, value: number): Uint8Array {
  const content = Buffer.alloc(4);
  content.writeFloatLE(value);
  return Buffer.concat([key(field, 5), content]);
}

/** Base 128, least significant group first; negative numbers as 64-bit two's complement. */
function number(value: number): Uint8Array {
  const groups: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  do {
    const group = Number(rest & 127n);
    rest >>= 7n;
    groups.push(rest === 0n ? group : group | 128);
  } while (rest !== 0n);
  return Uint8Array.from(groups);
}
