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

/** Read at once: a weight costs one such read, the nodes of a graph lie some hundred in one. */
const windowBytes = 16_384;
/** The longest number of the wire format. */
const maxVarintBytes = 10;

/**
 * Names of the outputs of a model. Only the parts are read that hold its structure, and nobody else is kept waiting: a
 * file of gigabytes may lie on a slow disk, or not be whole yet.
 *
 * @param file an ONNX file: one message `ModelProto`
 * @throws Error when it is none
 */
export async function outputNames(file: Blob): Promise<string[]> {
  const decoder = new TextDecoder();
  const names: string[] = [];
  const windowAt = createWindow(file);
  // A file that has gone counts as one without bytes; reading it tells which it is.
  if ((await windowAt(0)).length === 0) throw damaged();
  for await (const graph of fieldsOf(windowAt, 0, file.size)) {
    if (graph.number !== modelGraph) continue;
    for await (const output of fieldsOf(windowAt, graph.start, graph.end)) {
      if (output.number !== graphOutput) continue;
      for await (const { number, start, end } of fieldsOf(windowAt, output.start, output.end))
        if (number === valueName) names.push(decoder.decode(await file.slice(start, end).bytes()));
    }
  }
  return names;
}

/** The bytes from a place on: at least those that begin a field, where the file has so many. */
type WindowAt = (place: number) => Uint8Array | Promise<Uint8Array>;

function createWindow(file: Blob): WindowAt {
  let window = new Uint8Array(0);
  let from = 0;
  return (place) => {
    const isThere = place >= from && place + 2 * maxVarintBytes <= from + window.length;
    if (isThere) return window.subarray(place - from);
    return file
      .slice(place, place + windowBytes)
      .bytes()
      .then((bytes) => {
        window = bytes;
        from = place;
        return bytes;
      });
  };
}

async function* fieldsOf(windowAt: WindowAt, from: number, to: number): AsyncGenerator<Field> {
  let at = from;
  while (at < to) {
    const window = windowAt(at);
    const { number, start, end } = fieldIn(window instanceof Promise ? await window : window);
    if (at + end > to) throw damaged();
    yield { number, start: at + start, end: at + end };
    at += end;
  }
}

/** The first field of these bytes, whose content may go on behind them. */
function fieldIn(bytes: Uint8Array): Field {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let factor = 1; at < bytes.length && factor < 128 ** maxVarintBytes; factor *= 128) {
      const byte = bytes[at] ?? 0;
      at += 1;
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
    throw damaged();
  };
  const key = varint();
  const number = Math.floor(key / 8);
  // No message has such a field; a file of nothing but zeros, whose place was made before it came, is full of them.
  if (number === 0) throw damaged();
  const sized = (length: number) => ({ number, start: at, end: at + length });
  switch (key % 8) {
    case 0: {
      const start = at;
      varint();
      return { number, start, end: at };
    }
    case 1:
      return sized(8);
    case 2: {
      const length = varint();
      return sized(length);
    }
    case 5:
      return sized(4);
    default:
      throw damaged();
  }
}

const damaged = () => new Error("it is damaged or not an ONNX file");
