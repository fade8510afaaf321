/** A model that the fake has installed. */
export interface FakeModel {
  name: string;
  /** Memory it takes when loaded. */
  sizeMb: number;
  vision: boolean;
  /** `num_ctx` of its Modelfile. */
  contextTokens: number;
  /** `num_predict` of its Modelfile. */
  maxAnswerTokens: number;
  /** How often it was created again under its name. */
  revision?: number;
}

/** The OCR model of the target machine: 4-bit weights, projector and cache. */
export const ocrModel: FakeModel = {
  name: "np-dms-ocr:latest",
  sizeMb: 4200,
  vision: true,
  contextTokens: 16_384,
  maxAnswerTokens: 4096,
};

/** A language model that shares the card with it. */
export const languageModel: FakeModel = {
  name: "llm:latest",
  sizeMb: 9000,
  vision: false,
  contextTokens: 8192,
  maxAnswerTokens: 4096,
};

/** Ollama's full name of a model. */
export const fullName = (name: string): string => {
  const lower = name.toLowerCase();
  return lower.includes(":") ? lower : `${lower}:latest`;
};

export const digestOf = ({ name, revision = 0 }: FakeModel): string =>
  new Bun.CryptoHasher("sha256").update(`${fullName(name)}#${revision}`).digest("hex");
