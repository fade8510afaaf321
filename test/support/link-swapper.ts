/** A thread that swaps links below the base (its argument) between inside and outside, and a folder for a link. */
import { renameSync, symlinkSync, unlinkSync } from "node:fs";

declare const self: Worker;

const [base] = process.argv.slice(2);

function point(name: string, target: string): void {
  symlinkSync(target, `${base}/${name}.new`);
  renameSync(`${base}/${name}.new`, `${base}/${name}`);
}

function swapFolder(): void {
  renameSync(`${base}/real`, `${base}/away`);
  symlinkSync("../outside/real", `${base}/real`);
  unlinkSync(`${base}/real`);
  renameSync(`${base}/away`, `${base}/real`);
}

function swap(turn: number): void {
  for (let round = 0; round < 20; round += 1) {
    const outside = (turn + round) % 2 === 0;
    point("file", outside ? "../outside/doc" : "real/doc");
    point("folder", outside ? "../outside/real" : "real");
    point("around", outside ? "../outside" : "../uploads");
    swapFolder();
  }
  if (turn === 0) self.postMessage("swapping");
  if (swapping) setImmediate(swap, turn + 1);
  else process.exit(0);
}

let swapping = true;
self.onmessage = () => {
  swapping = false;
};

swap(0);
