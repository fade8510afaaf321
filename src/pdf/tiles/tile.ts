/**
 * A piece of a page, in cells of its overview. Of the rectangle only that is seen which lies inside the four edges; what
 * lies outside belongs to a neighbour. `leftEdge` and `rightEdge` hold the first cell seen and the first not seen any
 * more for each row of the rectangle, the other two the same for each column.
 */
export interface Tile {
  left: number;
  top: number;
  width: number;
  height: number;
  leftEdge: number[];
  rightEdge: number[];
  topEdge: number[];
  bottomEdge: number[];
  /** Cells of it with something to read. */
  drawnCells: number;
}
