import type { Orientation } from "./orientation.ts";
import type { HeldPicture } from "./picture-size.ts";

/** A page of a file that is a picture, by what its headers say. */
export interface PicturePage {
  /** Among the pictures of the file, as the engine counts them: from 0. */
  index: number;
  /** What the engine does not follow by itself. */
  orientation: Orientation;
  held: HeldPicture;
  /** What about it cannot be read, in a few words. */
  unsupported?: string;
}
