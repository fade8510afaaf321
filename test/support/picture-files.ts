/** Grey values, from the top. */
interface GreyPicture {
  widthPx: number;
  heightPx: number;
  data: Uint8Array;
}

/** A BMP of 24 bits a pixel, whose rows go downwards. */
export function bmp({ widthPx, heightPx, data }: GreyPicture): Uint8Array<ArrayBuffer> {
  const header = Buffer.alloc(54);
  const rowBytes = Math.ceil((3 * widthPx) / 4) * 4;
  header.write("BM", 0, "latin1");
  header.writeUInt32LE(54 + rowBytes * heightPx, 2);
  header.writeUInt32LE(54, 10);
  header.writeUInt32LE(40, 14);
  header.writeInt32LE(widthPx, 18);
  header.writeInt32LE(-heightPx, 22);
  header.writeUInt16LE(1, 26);
  header.writeUInt16LE(24, 28);
  const rows = Array.from({ length: data.length === 0 ? 0 : heightPx }, (_, y) => {
    const row = Buffer.alloc(rowBytes);
    for (let x = 0; x < widthPx; x += 1) row.fill(data[y * widthPx + x] ?? 0, 3 * x, 3 * x + 3);
    return row;
  });
  return new Uint8Array(Buffer.concat([header, ...rows]));
}

/** A GIF of so many frames of 100 × 100 pixels, of which the first four rows are black and the others white. */
export function gif(frames: number): Uint8Array<ArrayBuffer> {
  const side = 100;
  const screen = Buffer.from([side, 0, side, 0, 0x80, 0, 0, 0, 0, 0, 255, 255, 255]);
  const descriptor = Buffer.from([0x2c, 0, 0, 0, 0, side, 0, side, 0, 0]);
  // Codes of three bits; a code to clear the table before every second pixel keeps them from growing.
  const codes: number[] = [];
  for (let pixel = 0; pixel < side * side; pixel += 1) {
    if (pixel % 2 === 0) codes.push(4);
    codes.push(pixel < 4 * side ? 0 : 1);
  }
  codes.push(5);
  const packed = Buffer.alloc(Math.ceil((codes.length * 3) / 8));
  codes.forEach((code, index) => {
    for (let bit = 0; bit < 3; bit += 1) {
      const at = 3 * index + bit;
      if ((code >> bit) & 1) packed[at >> 3] = (packed[at >> 3] ?? 0) | (1 << (at & 7));
    }
  });
  const blocks: Buffer[] = [];
  for (let at = 0; at < packed.length; at += 255) {
    const block = packed.subarray(at, at + 255);
    blocks.push(Buffer.from([block.length]), block);
  }
  const frame = Buffer.concat([descriptor, Buffer.from([2]), ...blocks, Buffer.from([0])]);
  return new Uint8Array(
    Buffer.concat([Buffer.from("GIF89a", "latin1"), screen, ...Array<Buffer>(frames).fill(frame), Buffer.from(";")]),
  );
}
