import { closeSync, fstatSync, openSync, readSync } from "node:fs";

/** Bytes by their place; an array of them is one. */
export interface Bytes {
  readonly length: number;
  at(index: number): number | undefined;
  subarray(start: number, end: number): Uint8Array;
}

const windowBytes = 65_536;
/** Less than the most that one call of the system reads. */
const readAtOnceBytes = 2 ** 30;

/**
 * A file of which only what is asked for is read. It need not be writable, which `Bun.mmap` asks for (Bun 1.4.5 opens the
 * file for reading and writing, however it is mapped).
 */
export class FileBytes implements Bytes, Disposable {
  readonly length: number;
  readonly #file: number;
  #window = new Uint8Array(0);
  #windowAt = 0;

  constructor(path: string) {
    this.#file = openSync(path, "r");
    this.length = fstatSync(this.#file).size;
  }

  at(index: number): number | undefined {
    if (index < this.#windowAt || index >= this.#windowAt + this.#window.length) {
      this.#window = this.subarray(index, Math.min(index + windowBytes, this.length));
      this.#windowAt = index;
    }
    return this.#window[index - this.#windowAt];
  }

  subarray(start: number, end: number): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(Math.max(0, end - start));
    return bytes.subarray(0, this.readInto(bytes, start));
  }

  /** Fills the array from a place on, as far as the file goes; returns the bytes that were read. */
  readInto(target: Uint8Array, position = 0): number {
    let done = 0;
    while (done < target.length) {
      const wanted = Math.min(target.length - done, readAtOnceBytes);
      const count = readSync(this.#file, target, done, wanted, position + done);
      if (count === 0) break;
      done += count;
    }
    return done;
  }

  [Symbol.dispose](): void {
    closeSync(this.#file);
  }
}
