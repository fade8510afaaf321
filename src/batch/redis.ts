import { Redis } from "ioredis";

/** Where and under which name the jobs of a batch stand. */
export interface QueueAddress {
  /** `redis://` or, with TLS, `rediss://`; may hold a password, and is never shown. */
  redisUrl: string;
  queue: string;
  /** Of all keys; BullMQ's own is `bull`. */
  prefix: string;
}

const connectMs = 10_000;
const longestReconnectMs = 5_000;
/** A connection that was never made has no end to wait for, and holds the process so long. */
const disconnectMs = 200;

/** A connection, and whatever was made as a copy of it; its owner closes it. */
export interface RedisConnection {
  redis: Redis;
  /** Also ends the waiting for a Redis that is away, of the copies too. */
  close(): void;
}

/**
 * A connection that waits for Redis whenever it goes away; the caller's to close.
 *
 * @param onNotice hears in plain sentences that Redis went and came back
 * @throws Error with a sentence when Redis does not answer at all, or does not let us in
 */
export async function connectRedis(redisUrl: string, onNotice: (sentence: string) => void): Promise<RedisConnection> {
  let isWanted = false;
  let isAway = false;
  let lastFault: unknown;
  const redis = new Redis(redisUrl, {
    // BullMQ waits for its own commands; a bound here would fail jobs whenever Redis restarts.
    maxRetriesPerRequest: null,
    connectTimeout: connectMs,
    retryStrategy: (tries) => (isWanted ? Math.min(longestReconnectMs, 100 * 2 ** tries) : null),
    lazyConnect: true,
    disconnectTimeout: disconnectMs,
  });
  redis.on("error", (error: unknown) => {
    lastFault = error;
  });
  try {
    await redis.connect();
    await redis.ping();
  } catch (cause) {
    redis.disconnect();
    throw new Error(`The Redis that REDIS_URL names cannot be used: ${faultOf(lastFault ?? cause)}.`);
  }
  isWanted = true;
  redis.on("close", () => {
    if (!isAway && isWanted) onNotice("Redis is not there; waiting for it.");
    isAway = true;
  });
  redis.on("ready", () => {
    onNotice("Redis is there again.");
    isAway = false;
  });
  return {
    redis,
    close: () => {
      isWanted = false;
      redis.disconnect();
    },
  };
}

const refusals: Readonly<Record<string, string>> = {
  WRONGPASS: "it does not accept the user and password",
  NOAUTH: "it asks for a password",
  NOPERM: "the user may not do this",
  ECONNREFUSED: "nothing listens there (ECONNREFUSED)",
  ENOTFOUND: "its name is not known (ENOTFOUND)",
};

/** A code and never the message, in which a command or an address may stand. */
function faultOf(error: unknown): string {
  if (!(error instanceof Error)) return "it does not answer";
  const code =
    "code" in error && typeof error.code === "string" ? error.code : (/^[A-Z]+\b/.exec(error.message)?.[0] ?? "");
  if (/CERT|SELF_SIGNED|ISSUER/.test(code)) {
    return `its certificate is not trusted (${code}); NODE_EXTRA_CA_CERTS may name the file of its authority`;
  }
  return refusals[code] ?? (code === "" ? "it does not answer" : `it does not answer (${code})`);
}
