/**
 * A URL to make another request from. HTTP/1.0 needs no Host header, and without one the URL of a request is a path
 * alone: so ask the health checks of some proxies. A Host that is none can make it one that cannot be parsed.
 */
export const absoluteUrl = (url: string) =>
  URL.canParse(url) ? url : `http://localhost${url.replace(/^\w+:\/\/[^/?#]*/, "")}`;
