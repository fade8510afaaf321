const wasmPageBytes = 65_536;

/**
 * Bounds every WASM memory of this process. The engine was built to grow up to 2 GiB and offers no setting for it; what
 * it asks for beyond the bound is refused as if the system had none, which it meets with an error of its own.
 *
 * @param maxBytes of one memory
 */
export function boundWasmMemory(maxBytes: number): void {
  const { grow } = WebAssembly.Memory.prototype;
  WebAssembly.Memory.prototype.grow = function boundedGrow(this: WebAssembly.Memory, pages: number): number {
    if (this.buffer.byteLength + pages * wasmPageBytes > maxBytes) {
      throw new RangeError(`a WASM memory may hold ${maxBytes} bytes at most`);
    }
    return grow.call(this, pages);
  };
}
