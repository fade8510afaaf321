import * as mupdf from "mupdf";

let damage = 0;
let pictureFaults = 0;
let lostData = 0;

/**
 * Takes the engine's own messages off stderr (one known file prints 34,000 lines) and counts what they say about damage
 * instead. `setLog(null)` would send them to stderr.
 */
export function captureEngineLog(): void {
  mupdf.setLog({
    // Films, marks for printers and others that need not have an appearance.
    error: (message) => {
      if (!message.includes("cannot create appearance stream")) damage += 1;
      if (failedPicture.test(message)) pictureFaults += 1;
    },
    warning: (message) => {
      if (lostPixels.test(message)) {
        damage += 1;
        pictureFaults += 1;
      }
      if (cutData.test(message)) lostData += 1;
      // The error before it was that of a colour profile that does not fit, without which the picture is drawn rightly.
      if (ignoredProfile.test(message)) damage -= 1;
    },
  });
}

/** What the engine says of a picture that ends early, of which it draws the rest white or black. */
const lostPixels =
  /^missing pixel data|^premature end of data in (decoded strip|jpeg)|^premature end .*(bmp|gif) image|^padding truncated image/;
const failedPicture = /JPX|JBIG2|jpeg error/i;
/** What it says of packed data that end early or cannot be unpacked to their end. */
const cutData = /^premature end of data in|^ignoring zlib error: invalid|unexpected EOF/;
const ignoredProfile = /^ignoring embedded ICC profile/;

/** How often a picture could not be decoded, or not to its end. */
export const pictureFaultCount = () => pictureFaults;

/** How often the engine has met damage and gone on, since the process started. */
export const damageCount = () => damage;

/** How often packed data had no end; of several times in a row only the first may be counted. */
export const lostDataCount = () => lostData;

/** Bytes of the WASM memory, which grows and never shrinks. */
export function heapBytes(): number {
  const probe = new mupdf.Buffer();
  try {
    return probe.asUint8Array().buffer.byteLength;
  } finally {
    probe.destroy();
  }
}
