/** (func (export "f") (loop (br 0))) */
const endless = Uint8Array.of(
  ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 0, 10, 9, 1, 7, 0, 3, 64, 12, 0],
  ...[11, 11],
);

/** An endless loop of WebAssembly, which nothing inside the process can stop. */
export function loopForEver(): never {
  const { f } = new WebAssembly.Instance(new WebAssembly.Module(endless)).exports;
  if (typeof f === "function") f();
  throw new Error("the loop ended");
}
