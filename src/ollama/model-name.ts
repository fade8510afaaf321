const defaultHost = "registry.ollama.ai/";
const defaultNamespace = "library/";

/**
 * Whether two names mean the same model to Ollama: `np-dms-ocr` is `np-dms-ocr:latest`, case does not
 * matter, and the default registry and namespace may be spelled out
 * (Ollama's `types/model/name.go`: `ParseName`, `EqualFold`).
 */
export const isSameModel = (one: string, other: string): boolean => canonicalName(one) === canonicalName(other);

function canonicalName(name: string): string {
  let rest = name.trim().toLowerCase();
  if (rest.startsWith(defaultHost)) rest = rest.slice(defaultHost.length);
  if (rest.startsWith(defaultNamespace)) rest = rest.slice(defaultNamespace.length);
  const hasTag = rest.slice(rest.lastIndexOf("/") + 1).includes(":");
  return hasTag ? rest : `${rest}:latest`;
}
