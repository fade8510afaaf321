/** Sampling parameters. What is left out, null or undefined is left to the model; 0 is a value. */
export interface RuntimeParams {
  /** 0 to 2. */
  temperature?: number | null | undefined;
  /** 0 to 1. */
  top_p?: number | null | undefined;
  /** An integer of at least 0. */
  top_k?: number | null | undefined;
  /** Above 0, at most 2. */
  repeat_penalty?: number | null | undefined;
  /** Tokens of one page's answer, at least 1. */
  max_tokens?: number | null | undefined;
  seed?: number | null | undefined;
  /** Tokens of the model's context, at least 1. */
  num_ctx?: number | null | undefined;
}

/** How a document is read. Whatever is left out is the service's or the model's own choice. */
export interface OcrFields {
  engine?: "auto" | "np-dms-ocr" | "tesseract" | (string & Record<never, never>) | null | undefined;
  /** Pages read at most; 0 = the service's own limit. */
  maxPages?: number | null | undefined;
  /** A selection such as `1-3,7`. */
  pages?: string | null | undefined;
  systemPrompt?: string | null | undefined;
  /** Names of tags to extract, as a list or as the keys of an object. */
  dmsTags?: readonly string[] | Readonly<Record<string, unknown>> | null | undefined;
  runtimeParams?: Readonly<RuntimeParams> | null | undefined;
  /** Adds `pages` to the answer. */
  includePages?: boolean | null | undefined;
  /** `skip`: answer with the pages that could be read. */
  onPageError?: "fail" | "skip" | null | undefined;
  /** How text layers are answered; `plain`: lines as the file has them. */
  textLayerFormat?: "markdown" | "plain" | null | undefined;
  /** Adds `delta` events: what the model writes, as it is written. */
  deltas?: boolean | null | undefined;
}

/** A document on storage that the service shares. */
export interface OcrPathRequest extends OcrFields {
  /** Absolute path below the service's upload base. */
  pdfPath: string;
}

/** A document that is sent. */
export interface OcrUploadRequest extends OcrFields {
  /** PDF, PNG, JPEG, TIFF, BMP, GIF or JPEG 2000. */
  file: Blob | Uint8Array;
  /** For logs on the way; the service decides by the content alone. */
  fileName?: string | undefined;
}

/** A document and fields as a form; what is neither text, number nor boolean is sent as JSON. */
export function toForm({
  file,
  fileName,
  ...fields
}: { [Field in keyof OcrUploadRequest]: unknown } & Pick<OcrUploadRequest, "file" | "fileName">): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined || value === null) continue;
    form.set(name, typeof value === "object" ? JSON.stringify(value) : String(value));
  }
  const blob = file instanceof Blob ? file : new Blob([new Uint8Array(file)]);
  form.set("file", blob, fileName ?? "document");
  return form;
}
