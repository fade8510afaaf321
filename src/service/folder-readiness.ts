import { stat } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { Component } from "../http/services.ts";
import type { FolderGate } from "../pdf/files/folder-gate.ts";
import { askOnce, judgeWithin, patienceMs, unanswered } from "./judge-within.ts";

export interface FolderLookOptions {
  uploadBase: string;
  /** The way to it. */
  storedFolder: FolderGate;
  /** Other than the defaults only in tests. */
  isFolder?(path: string): Promise<boolean>;
  lookTimeoutMs?: number;
}

/**
 * What can be said of the folder within a moment. Nothing depends on it, and a look may wait for documents that are copied
 * from a slow share, or for ever.
 */
export function createFolderLook(options: FolderLookOptions): () => Promise<Component> {
  const look = askOnce(() => inspectFolder(options));
  let last = unanswered;
  const judged = askOnce(async () => {
    last = await judgeWithin("OCR_SIDECAR_UPLOAD_BASE does not answer", look, options.lookTimeoutMs);
    return last;
  });
  return () => Promise.race([judged(), sleep(patienceMs, undefined, { ref: false }).then(() => last)]);
}

async function inspectFolder(options: FolderLookOptions): Promise<Component> {
  const { uploadBase, storedFolder, isFolder = isDirectory } = options;
  const look = { signal: new AbortController().signal, isNext: true };
  const found = await storedFolder.run(() => isFolder(uploadBase).catch(() => undefined), look);
  if (found === true) return { state: "ready" };
  return {
    state: "failed",
    reason: `OCR_SIDECAR_UPLOAD_BASE ${found === false ? "is not a folder" : "cannot be opened"}`,
  };
}

const isDirectory = async (path: string) => (await stat(path)).isDirectory();
