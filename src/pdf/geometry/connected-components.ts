/** A connected group of drawn pixels. Right and bottom are the first column and row beyond it. */
export interface Component {
  left: number;
  top: number;
  right: number;
  bottom: number;
  pixels: number;
}

interface Run {
  y: number;
  from: number;
  to: number;
  component: number;
}

/** The connected groups (8 neighbours) of a mask, and a way to visit the pixels of each in horizontal runs. */
export interface Components {
  all: readonly Component[];
  eachRun(visit: (component: Component, y: number, from: number, to: number) => void): void;
}

export function findComponents(mask: Uint8Array, width: number, height: number): Components {
  const parents: number[] = [];
  const runs: Run[] = [];
  const rootOf = (component: number): number => {
    let root = component;
    for (let parent = parents[root] ?? root; parent !== root; parent = parents[root] ?? root) root = parent;
    parents[component] = root;
    return root;
  };
  let above = 0;
  for (let y = 0; y < height; y += 1) {
    const rowStart = runs.length;
    let candidate = above;
    for (let x = 0; x < width; x += 1) {
      if (mask[y * width + x] !== 1) continue;
      const from = x;
      while (x < width && mask[y * width + x] === 1) x += 1;
      const run: Run = { y, from, to: x, component: -1 };
      // Runs of both rows are in order, so those that end left of this one touch none of the following either.
      while (candidate < rowStart && (runs[candidate]?.to ?? 0) < from) candidate += 1;
      for (let index = candidate; index < rowStart; index += 1) {
        const upper = runs[index];
        if (upper === undefined || upper.from > x) break;
        const root = rootOf(upper.component);
        if (run.component < 0) run.component = root;
        else parents[root] = rootOf(run.component);
      }
      if (run.component < 0) {
        run.component = parents.length;
        parents.push(run.component);
      }
      runs.push(run);
    }
    above = rowStart;
  }
  const byRoot = new Map<number, Component>();
  for (const run of runs) {
    run.component = rootOf(run.component);
    const found = byRoot.get(run.component);
    if (found === undefined) {
      byRoot.set(run.component, {
        left: run.from,
        top: run.y,
        right: run.to,
        bottom: run.y + 1,
        pixels: run.to - run.from,
      });
      continue;
    }
    found.left = Math.min(found.left, run.from);
    found.right = Math.max(found.right, run.to);
    found.bottom = run.y + 1;
    found.pixels += run.to - run.from;
  }
  return {
    all: [...byRoot.values()],
    eachRun(visit) {
      for (const { component, y, from, to } of runs) {
        const found = byRoot.get(component);
        if (found !== undefined) visit(found, y, from, to);
      }
    },
  };
}
