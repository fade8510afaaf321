/** A model as a person names it: a repository with or without a revision, or a folder below the model directory. */
export interface ModelName {
  /** `owner/name`, or the folder; also where the files are, below the model directory. */
  name: string;
  /** A commit, tag or branch; undefined where none was named. */
  revision: string | undefined;
  /** Whether it can be a repository of the hub at all. */
  fetchable: boolean;
}

const repository = /^[A-Za-z0-9][\w.-]*\/[\w.-]+$/;
const segment = /^(?!\.{1,2}$)[\w.+-]+$/;

/**
 * Reads `Xenova/bge-m3@3fa3…`, `Xenova/bge-m3` or `folder/below`. Undefined when the text is none of these,
 * for instance because it would leave the model directory.
 */
export function parseModelName(text: string): ModelName | undefined {
  const [name = "", revision, ...rest] = text.split("@");
  if (rest.length > 0 || (revision !== undefined && !segment.test(revision))) return undefined;
  if (!name.split("/").every((part) => segment.test(part))) return undefined;
  return { name, revision, fetchable: repository.test(name) };
}

/** A file of a repository, such as `BAAI/bge-m3:sparse_linear.pt`, or a file below the model directory. */
export interface FileName {
  model: ModelName | undefined;
  /** Path below the model's folder, or below the model directory where no model is named. */
  file: string;
}

/** Reads `repository[@revision]:file` or `folder/file`; undefined when the text is neither. */
export function parseFileName(text: string): FileName | undefined {
  const colon = text.lastIndexOf(":");
  const file = text.slice(colon + 1);
  if (!file.split("/").every((part) => segment.test(part))) return undefined;
  if (colon < 0) return { model: undefined, file };
  const model = parseModelName(text.slice(0, colon));
  return model === undefined ? undefined : { model, file };
}
