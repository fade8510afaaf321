import type { Context, MiddlewareHandler } from "hono";
import type { AppEnv } from "../context.ts";

/**
 * Keeps the idle limit of connections for the silence of clients. From the end of a request's body to the end of its work
 * the silence is the service's own: Ollama may need seconds for an answer, a page minutes.
 */
export function limitIdleTime(idleSeconds: number): MiddlewareHandler<AppEnv> {
  return async function limitIdleTime(c, next) {
    if (c.req.raw.body === null) hasReceived(c);
    await next();
    const limitAgain = () => c.env.setIdleTimeout?.(idleSeconds);
    const work = c.get("workEnded");
    if (work === undefined) limitAgain();
    else void work.then(limitAgain);
  };
}

/** To be called when the body of a request has come. */
export function hasReceived(c: Context<AppEnv>): void {
  c.env.setIdleTimeout?.(0);
}
