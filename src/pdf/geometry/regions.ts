import { type Box, intersection } from "./coverage.ts";

/** Parts of a page that are to be looked at. */
export interface Regions {
  /** Boxes outside the page do not count. */
  add(box: Box): void;
  /** Boxes that hold all that was added, apart from each other; one around all where they would be many. */
  boxes(): Box[];
}

/** Points. What lies no further apart is one region: strips of a scan, the letters of a line. */
const nearPt = 24;
const mostRegions = 6;

/** Gathers the parts of a page in few boxes, so that the rest of it need not be drawn. */
export function createRegions(page: Box): Regions {
  let regions: Box[] = [];
  return {
    add(box) {
      let region = intersection(box, page);
      if (region === undefined || regions.some((known) => holds(known, box))) return;
      // A region that grows may reach others.
      for (let near = nearest(region); near !== undefined; near = nearest(region)) {
        const joined = near;
        regions = regions.filter((other) => other !== joined);
        region = union(region, joined);
      }
      regions.push(region);
      if (regions.length > mostRegions) regions = [regions.reduce(union)];
    },
    boxes: () => [...regions],
  };

  function nearest([left, top, right, bottom]: Box): Box | undefined {
    const around: Box = [left - nearPt, top - nearPt, right + nearPt, bottom + nearPt];
    return regions.find((other) => intersection(around, other) !== undefined);
  }
}

const holds = (outer: Box, inner: Box) =>
  outer[0] <= inner[0] && outer[1] <= inner[1] && outer[2] >= inner[2] && outer[3] >= inner[3];

const union = (one: Box, other: Box): Box => [
  Math.min(one[0], other[0]),
  Math.min(one[1], other[1]),
  Math.max(one[2], other[2]),
  Math.max(one[3], other[3]),
];
