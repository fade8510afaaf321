import { createHash, timingSafeEqual } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { getLogger } from "@logtape/logtape";
import { messageOf } from "../../errors.ts";
import { keysInFile } from "./keys-in-file.ts";

const log = getLogger(["sidecar", "http"]);

/** A mounted secret is looked at so often at most, however many requests come. */
const fileCheckMs = 1000;
const readTimeMs = 2000;
/** A thousand keys. */
const maxFileBytes = 65_536;
/** What can be guessed in the end; 16 characters made by chance hold more than 64 bits. */
const fewestCharacters = 16;

export interface KeyRingOptions {
  keys: readonly string[];
  /**
   * A file with more keys. Read again when it changes: one that was emptied revokes its keys, one that cannot be read
   * leaves them.
   */
  file: string | undefined;
  /** Milliseconds on a clock that never runs backwards: a key that was revoked would be taken for as long as it is set back. */
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
export async function createKeyRing({ keys, file, now = () => performance.now() }: KeyRingOptions): Promise<KeyRing> {
  const fixed = keys.map(digest);
  const first = file === undefined ? { keys: [], stamp: "" } : await readFirst(file);
  const short = [...keys, ...first.keys].filter(({ length }) => length < fewestCharacters).length;
  if (short > 0)
    log.warning("{short} API key(s) have fewer than {fewest} characters; use longer ones, made by chance", {
      short,
      fewest: fewestCharacters,
    });
  let fromFile = first.keys.map(digest);
  let stamp = first.stamp;
  let checkedAtMs = now();
  let refreshing: Promise<void> | undefined;
  if (fixed.length + fromFile.length === 0) {
    throw new Error("OCR_SIDECAR_API_KEY_FILE names a file that holds no key, and OCR_SIDECAR_API_KEY holds none.");
  }

  const refresh = async (path: string) => {
    checkedAtMs = now();
    try {
      const newStamp = await within(readTimeMs, stampOf(path));
      if (newStamp === stamp) return;
      fromFile = (await within(readTimeMs, readKeys(path))).map(digest);
      stamp = newStamp;
      if (fromFile.length > 0) log.info("The API keys were read again from their file");
      else log.warning("The key file holds no key any more: those that it held are refused from now on");
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
      }
      await refreshing;
      const given = digest(candidate);
      let accepted = false;
      for (const key of [...fixed, ...fromFile]) accepted = timingSafeEqual(key, given) || accepted;
      return accepted;
    },
  };
}

async function readFirst(path: string): Promise<{ keys: string[]; stamp: string }> {
  try {
    const stamp = await within(readTimeMs, stampOf(path));
    return { stamp, keys: await within(readTimeMs, readKeys(path)) };
  } catch (error) {
    throw new Error(`OCR_SIDECAR_API_KEY_FILE names a file that cannot be read: ${messageOf(error)}.`, {
      cause: error,
    });
  }
}

const digest = (key: string) => createHash("sha256").update(key, "utf8").digest();

const readKeys = async (path: string): Promise<string[]> => keysInFile(await readFile(path, "utf8"));

async function stampOf(path: string): Promise<string> {
  const stats = await stat(path);
  if (!stats.isFile()) throw new Error("it is no regular file");
  if (stats.size > maxFileBytes) throw new Error(`it is larger than ${maxFileBytes} bytes`);
  return `${stats.mtimeMs}|${stats.size}|${stats.ino}`;
}

/** A network share may never answer, and requests wait for this. */
async function within<Value>(timeoutMs: number, value: Promise<Value>): Promise<Value> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`it did not answer within ${timeoutMs} ms`)), timeoutMs);
  return await Promise.race([value, late.promise]).finally(() => clearTimeout(timer));
}
