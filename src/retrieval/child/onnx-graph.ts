import type { Bytes } from "./file-bytes.ts";

/** A field of a message (protobuf wire format): where its content lies. */
interface Field {
  number: number;
  start: number;
  end: number;
}

/** `ModelProto.graph`, and of it `GraphProto.output`; `ValueInfoProto.name` (onnx.proto3). */
const modelGraph = 7;
const graphOutput = 12;
const valueName = 1;

/**
 * Names of the outputs of a model. Of a file only the parts are read that hold its structure.
 *
 * @param file an ONNX file: one message `ModelProto`
 * @throws Error when it is none
 */
export function outputNames(file: Bytes): string[] {
  const decoder = new TextDecoder();
  const names: string[] = [];
  for (const graph of fieldsOf(file, 0, file.length)) {
    if (graph.number !== modelGraph) continue;
    for (const output of fieldsOf(file, graph.start, graph.end)) {
      if (output.number !== graphOutput) continue;
      for (const { number, start, end } of fieldsOf(file, output.start, output.end))
        if (number === valueName) names.push(decoder.decode(file.subarray(start, end)));
    }
  }
  return names;
}

function* fieldsOf(file: Bytes, from: number, to: number): Generator<Field> {
  let at = from;
  const varint = (): number => {
    let value = 0;
    for (let factor = 1; at < to; factor *= 128) {
      const byte = file.at(at) ?? 0;
      at += 1;
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
    throw damaged();
  };
  while (at < to) {
    const key = varint();
    const number = Math.floor(key / 8);
    const start = at;
    switch (key % 8) {
      case 0:
        varint();
        break;
      case 1:
        at += 8;
        break;
      case 2: {
        const length = varint();
        if (length > to - at) throw damaged();
        yield { number, start: at, end: at + length };
        at += length;
        continue;
      }
      case 5:
        at += 4;
        break;
      default:
        throw damaged();
    }
    if (at > to) throw damaged();
    yield { number, start, end: at };
  }
}

const damaged = () => new Error("it is damaged or not an ONNX file");
