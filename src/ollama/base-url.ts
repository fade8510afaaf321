/** Where Ollama is, taken apart so that the credentials of the address travel in a header and nowhere else. */
export interface OllamaBase {
  /** Scheme, host, port and path without credentials, query or trailing slash. */
  readonly url: string;
  /** Value of the `Authorization` header, where the address holds credentials. */
  readonly authorization: string | undefined;
  /** The address as it may be shown. */
  readonly masked: string;
}

/** Takes the address of Ollama apart. Throws a `TypeError` that does not repeat it when it is no address. */
export function parseBaseUrl(address: string): OllamaBase {
  const parsed = parseHttpUrl(address);
  if (parsed === undefined) throw new TypeError("The address of Ollama is not a valid URL.");
  const url = `${parsed.protocol}//${parsed.host}${parsed.pathname.replace(/\/+$/, "")}`;
  const masked = maskUrl(address);
  if (parsed.username === "" && parsed.password === "") return { url, authorization: undefined, masked };
  const user = decoded(parsed.username);
  const password = decoded(parsed.password);
  const token = Buffer.from(`${user}:${password}`, "utf8").toString("base64");
  return { url, authorization: `Basic ${token}`, masked };
}

/**
 * An address as it may be shown to anybody: `http://***@host:11434`. Credentials are hidden; a query and a
 * fragment are dropped, because keys travel there too. What is no address becomes an empty string.
 */
export function maskUrl(address: string): string {
  const parsed = parseHttpUrl(address);
  if (parsed === undefined) return "";
  const credentials = parsed.username === "" && parsed.password === "" ? "" : "***@";
  return `${parsed.protocol}//${credentials}${parsed.host}${parsed.pathname.replace(/\/+$/, "")}`;
}

function parseHttpUrl(address: string): URL | undefined {
  const parsed = URL.parse(address);
  return parsed !== null && /^https?:$/.test(parsed.protocol) ? parsed : undefined;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
