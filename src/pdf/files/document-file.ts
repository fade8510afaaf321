/** A received document as a file with one owner: whoever holds it closes it. Nothing else keeps the bytes. */
export interface DocumentFile {
  /** How another process of the same user opens the bytes: `/proc/<pid>/fd/N`, or the file's name where there is no /proc. */
  readonly path: string;
  readonly sizeBytes: number;
  /** Lower-case hexadecimal SHA-256 of the bytes. */
  readonly sha256: string;
  /** The first 1,024 bytes, by which the kind is told. */
  readonly head: Uint8Array;
  /** Gives the bytes back to the disk; may be called twice. */
  close(): void;
}

/** A document that is being received. Whoever holds it ends it with `finish` or `discard`. */
export interface DocumentWriter {
  /**
   * Adds a piece, one call at a time. The piece's memory may be used again when the promise has settled.
   *
   * @throws SidecarError `ocr_busy` when there is no room for it, `shutting_down` when the spool was closed; the writer
   *   is then to be discarded.
   */
  write(piece: Uint8Array): Promise<void>;
  /** Ends the document and hands it over; throws as `write` does. */
  finish(): Promise<DocumentFile>;
  /** Leaves nothing of what was written; may be called twice, and does nothing to a document that was handed over. */
  discard(): void;
}
