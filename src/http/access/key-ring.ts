import { createHash, timingSafeEqual } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { getLogger } from "@logtape/logtape";
import { messageOf } from "../../errors.ts";

const log = getLogger(["sidecar", "http"]);

/** A mounted secret is looked at so often at most, however many requests come. */
const fileCheckMs = 1000;

export interface KeyRingOptions {
  keys: readonly string[];
  /** A file with more keys, separated by commas or line breaks; read again when it changes. */
  file: string | undefined;
  now?: () => number;
}

/** The accepted keys. */
export interface KeyRing {
  /** Compares in constant time against every key; also notices a changed key file. */
  accepts(candidate: string): Promise<boolean>;
}

/**
 * @throws Error when there is no key at all, so that the process never listens without one; the sentence names
 * the variable and never a key
 */
export async function createKeyRing({ keys, file, now = Date.now }: KeyRingOptions): Promise<KeyRing> {
  const fixed = keys.map(digest);
  const first = file === undefined ? { keys: [], stamp: "" } : await readFirst(file);
  let fromFile = first.keys;
  let stamp = first.stamp;
  let checkedAtMs = now();
  let refreshing: Promise<void> | undefined;
  if (fixed.length + fromFile.length === 0) {
    throw new Error("OCR_SIDECAR_API_KEY_FILE names a file that holds no key, and OCR_SIDECAR_API_KEY holds none.");
  }

  const refresh = async (path: string) => {
    checkedAtMs = now();
    try {
      const newStamp = await stampOf(path);
      if (newStamp === stamp) return;
      const newKeys = await readKeys(path);
      stamp = newStamp;
      if (newKeys.length === 0) throw new Error("it holds no key");
      fromFile = newKeys;
      log.info("The API keys were read again from their file");
    } catch (error) {
      log.warning("The key file could not be read again, the keys of before stay: {reason}", {
        reason: messageOf(error),
      });
    }
  };

  return {
    accepts: async (candidate) => {
      if (file !== undefined && now() - checkedAtMs >= fileCheckMs) {
        refreshing ??= refresh(file).finally(() => {
          refreshing = undefined;
        });
        await refreshing;
      }
      const given = digest(candidate);
      let accepted = false;
      for (const key of [...fixed, ...fromFile]) accepted = timingSafeEqual(key, given) || accepted;
      return accepted;
    },
  };
}

async function readFirst(path: string): Promise<{ keys: Buffer[]; stamp: string }> {
  try {
    return { stamp: await stampOf(path), keys: await readKeys(path) };
  } catch (error) {
    throw new Error(`OCR_SIDECAR_API_KEY_FILE names a file that cannot be read: ${messageOf(error)}.`, {
      cause: error,
    });
  }
}

const digest = (key: string) => createHash("sha256").update(key, "utf8").digest();

async function readKeys(path: string): Promise<Buffer[]> {
  const content = await readFile(path, "utf8");
  const keys = content.split(/[,\r\n]+/).map((key) => key.trim());
  return keys.filter((key) => key !== "").map(digest);
}

async function stampOf(path: string): Promise<string> {
  const { mtimeMs, size, ino } = await stat(path);
  return `${mtimeMs}|${size}|${ino}`;
}
