/** A zip file whose entries are stored, not compressed, as PyTorch writes its `.pt` files. */
export function storedZip(entries: Readonly<Record<string, Uint8Array>>, method = 0): Uint8Array {
  const local: Uint8Array[] = [];
  const central: Uint8Array[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(entries)) {
    const path = Buffer.from(name);
    const shared = Buffer.alloc(26);
    shared.writeUInt16LE(20, 0);
    shared.writeUInt16LE(method, 4);
    shared.writeUInt32LE(Bun.hash.crc32(content), 10);
    shared.writeUInt32LE(content.byteLength, 14);
    shared.writeUInt32LE(content.byteLength, 18);
    shared.writeUInt16LE(path.byteLength, 22);
    const padding = Buffer.alloc(7, "Z");
    const localHeader = Buffer.from(shared);
    localHeader.writeUInt16LE(padding.byteLength, 24);
    const record = Buffer.concat([Buffer.from("PK\x03\x04"), localHeader, path, padding, content]);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    central.push(Buffer.concat([Buffer.from("PK\x01\x02\x14\x00", "latin1"), shared, place, path]));
    local.push(record);
    offset += record.byteLength;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(central.length, 8);
  end.writeUInt16LE(central.length, 10);
  end.writeUInt32LE(directory.byteLength, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...local, directory, end]);
}

/** A sparse head as `torch.save(linear.state_dict())` lays it out; half or single floats. */
export function sparseLinearFile(weight: Float32Array, bias: number, floats: "half" | "single"): Uint8Array {
  const raw = (values: Float32Array) => {
    const typed = floats === "half" ? Float16Array.from(values) : Float32Array.from(values);
    return new Uint8Array(typed.buffer);
  };
  return storedZip({
    "sparse_linear/data.pkl": Buffer.from("not read"),
    "sparse_linear/byteorder": Buffer.from("little"),
    "sparse_linear/data/0": raw(weight),
    "sparse_linear/data/1": raw(Float32Array.of(bias)),
    "sparse_linear/version": Buffer.from("3\n"),
  });
}
