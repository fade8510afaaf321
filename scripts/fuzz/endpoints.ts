import { makeDocument, mutateBytes } from "./documents.ts";
import { hostileText, hostileValue, mutateObject } from "./hostile-values.ts";
import type { Random } from "./random.ts";

/** A request as it will be sent. */
export interface FuzzRequest {
  method: string;
  path: string;
  headers: Record<string, string>;
  body?: string | Uint8Array<ArrayBuffer>;
}

interface Endpoint {
  /** How often it is chosen, against the others. */
  weight: number;
  make(random: Random, base: string): FuzzRequest;
}

/** All endpoints; a new one is one line. */
const endpoints: readonly Endpoint[] = [
  { weight: 50, make: (random) => upload("/ocr-upload", fields(random), random) },
  { weight: 5, make: (random) => upload("/page-image", pictureFields(random), random) },
  { weight: 20, make: (random, base) => json("/ocr", pathBody(random, base), random) },
  { weight: 3, make: () => get("/health") },
  {
    weight: 3,
    make: (random) => get(random.pick(["/ready", "/ready?for=all", "/ready?for=nothing", "/ready?for=%zz"])),
  },
  { weight: 3, make: () => get("/residency") },
  { weight: 2, make: () => get("/activity") },
  { weight: 1, make: () => get("/openapi.json") },
  { weight: 2, make: (random) => get(`/${encodeURIComponent(hostileText(random).toWellFormed().slice(0, 2000))}`) },
  { weight: 4, make: (random) => json("/embed", embedBody(random), random) },
  { weight: 4, make: (random) => json("/rerank", rerankBody(random, "chunks"), random) },
  { weight: 2, make: (random) => json("/v1/embeddings", { input: texts(random) }, random) },
  {
    weight: 2,
    make: (random) => json(random.pick(["/v1/rerank", "/v2/rerank"]), rerankBody(random, "documents"), random),
  },
  { weight: 3, make: longList },
  { weight: 1, make: () => get("/metrics") },
  { weight: 1, make: (random) => json("/normalize", { text: hostileText(random) }, random) },
];

const total = endpoints.reduce((sum, { weight }) => sum + weight, 0);

export function makeRequest(random: Random, base: string): FuzzRequest {
  let roll = random.int(total);
  const chosen = endpoints.find(({ weight }) => {
    roll -= weight;
    return roll < 0;
  });
  return chosen?.make(random, base) ?? get("/health");
}

const get = (path: string): FuzzRequest => ({ method: "GET", path, headers: {} });

/** A JSON body of a valid shape, mutated in one of three cases. */
function json(path: string, valid: Readonly<Record<string, unknown>>, random: Random): FuzzRequest {
  const value = random.percent(35) ? mutateObject(random, valid) : random.percent(5) ? hostileValue(random) : valid;
  const text = JSON.stringify(value) ?? "";
  const body = random.percent(5) ? text.slice(0, random.int(text.length)) : text;
  return { method: "POST", path, headers: { "Content-Type": "application/json" }, body };
}

/** A list that is too long, or whose every element is wrong: each would be an error of its own. */
function longList(random: Random): FuzzRequest {
  const [path, field] = random.pick<readonly [path: string, field: string]>([
    ["/embed", "texts"],
    ["/rerank", "chunks"],
    ["/v1/embeddings", "input"],
    ["/v1/rerank", "documents"],
    ["/ocr", "dmsTags"],
  ]);
  const element = random.pick(["1", '""', "{}", "[]", "null", '"a"', '"\\u0061"']);
  const list = Array.from({ length: random.int(100_000) }, () => element).join(random.pick([",", " , ", ",,"]));
  const query = random.percent(90) ? '"query":"q","pdfPath":"/x",' : "";
  return {
    method: "POST",
    path,
    headers: { "Content-Type": "application/json" },
    body: `{${query}"${random.percent(90) ? field : `\\u00${field.charCodeAt(0).toString(16)}${field.slice(1)}`}":[${list}]}`,
  };
}

const texts = (random: Random): string[] => Array.from({ length: random.int(6) }, () => hostileText(random));

const embedBody = (random: Random): Record<string, unknown> =>
  random.percent(50) ? { text: hostileText(random) } : { texts: texts(random) };

const rerankBody = (random: Random, field: "chunks" | "documents"): Record<string, unknown> => ({
  query: hostileText(random),
  [field]: texts(random),
});

function pathBody(random: Random, base: string): Record<string, unknown> {
  const file = random.pick([
    `${base}/typed.pdf`,
    `${base}/scan.pdf`,
    `${base}/sub/../scan.pdf`,
    `${base}/link-out.pdf`,
    `${base}/folder-out/secret.pdf`,
    `${base}/fifo`,
    `${base}/missing.pdf`,
    `${base}`,
    `${base}/../../etc/passwd`,
    `${base}_evil/secret.pdf`,
    `${base}/${hostileText(random)}`,
    "/etc/passwd",
    "/proc/self/environ",
  ]);
  return { pdfPath: file, ...fields(random) };
}

function fields(random: Random): Record<string, unknown> {
  const all = {
    maxPages: random.int(4),
    pages: random.pick(["1", "1-2", "2,1", "9", "0", "a"]),
    engine: random.pick(["auto", "np-dms-ocr", "typhoon-ocr1.5-3b:latest"]),
    systemPrompt: random.pick(["Read the page.", "อ่านหน้านี้", hostileText(random)]),
    dmsTags: random.pick<unknown>([["subject"], { subject: "" }, {}, [hostileText(random)]]),
    runtimeParams: { temperature: random.int(3), top_p: 0.5, repeat_penalty: 1.1, max_tokens: 1 + random.int(999) },
    includePages: random.percent(50),
    ...(random.percent(10) ? { deltas: random.percent(50) } : {}),
    onPageError: random.pick(["fail", "skip"]),
  };
  return Object.fromEntries(Object.entries(all).filter(() => random.percent(25)));
}

const pictureFields = (random: Random): Record<string, unknown> => ({
  page: random.int(4),
  ...(random.percent(30) ? { tile: random.int(3) } : {}),
  ...(random.percent(30) ? { upright: random.percent(50) } : {}),
});

function upload(path: string, valid: Readonly<Record<string, unknown>>, random: Random): FuzzRequest {
  const boundary = "fuzz-boundary";
  const chosen = random.percent(30) ? mutateObject(random, valid) : valid;
  const parts = Object.entries(chosen).map(([name, value]) =>
    part(boundary, `name="${name}"`, typeof value === "string" ? value : (JSON.stringify(value) ?? "")),
  );
  const file = part(boundary, 'name="file"; filename="../letter.pdf"', makeDocument(random));
  const ordered = random.percent(50) ? [file, ...parts] : [...parts, file];
  const body = Buffer.concat([...ordered, Buffer.from(`--${boundary}--\r\n`)]);
  const whole = random.percent(10) ? mutateBytes(random, body) : body;
  const headers = { "Content-Type": `multipart/form-data; boundary=${boundary}` };
  return { method: "POST", path, headers, body: new Uint8Array(whole) };
}

const part = (boundary: string, disposition: string, body: string | Uint8Array) =>
  Buffer.concat([
    Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n`),
    typeof body === "string" ? Buffer.from(body) : body,
    Buffer.from("\r\n"),
  ]);
