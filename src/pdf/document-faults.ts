/**
 * The sentences of the faults that a document or its path can have, for those who find the fault and for those who
 * describe it. Each says what to do where there is something to do.
 */
export const damagedDocument = "The document is damaged and cannot be opened.";

export const documentWithoutPages = "The document is damaged: it has no pages.";

export const mendedPageTree = (pages: number) =>
  `the list of the document's pages is damaged; ${pages === 1 ? "1 page was" : `${pages} pages were`} found, and others may be missing`;

/** @param embedded how many */
export const emptyPortfolio = (embedded: number) =>
  `The document has no pages of its own: it is a portfolio of ${filesEmbedded(embedded)}; send the files themselves.`;

export const dynamicForm =
  "the document is a dynamic form (XFA): its pages only stand in for the form, which is not read";

export const protectedWrapper = (embedded: number) =>
  `the document is a wrapper around a protected one (rights management): its pages only say so, and ${notRead(embedded)}`;

export const portfolio = (embedded: number) =>
  `the document is a portfolio: its pages may only stand in for others, and ${notRead(embedded)}`;

export const attachedFiles = (embedded: number) => `the document carries attachments: ${notRead(embedded)}`;

export const cutPage = (page: number) =>
  `page ${page}: its content breaks off, because the file is damaged; what stood behind that is missing`;

export const filesAttachedToPages = (count: number) =>
  `${count === 1 ? "1 file is" : `${count} files are`} attached to places on the pages and not read`;

/** @param removed letters that are drawn and not in the text @param added letters in the text that are not drawn */
export const replacedText = (removed: number, added: number) =>
  `the page has replacement texts (ActualText), which were followed: ${removed} letters that are drawn are not in the text, and ${added} that are not drawn are in it`;

export const encryptedDocument = "The document is encrypted; send it without a password.";

export const refusedDocument =
  "This very document has broken the PDF engine and is refused for a while; print it to a new PDF and send that.";

export const refusedPage = (page: number) =>
  `Page ${page} of this very document has broken the PDF engine and is refused for a while; ${printAnew}`;

export const damagedPage = (page: number) => `Page ${page} of the document is damaged.`;

/** @param what in a few words */
export const unsupportedPicture = (page: number, what: string) =>
  `Page ${page} is a picture ${what}, which is not supported; save it as a PNG and send that.`;

export const cutPicture = (page: number) =>
  `The picture on page ${page} is damaged: the data of its JPEG end or break off before the picture does; send it again.`;

/** Of a page of a PDF, which is read all the same. */
export const incompletePicture =
  "a picture on the page is damaged or cut off: what stands on the rest of it is missing";

export const tooManyPages = (pageCount: number, maxPages: number) =>
  `The document has ${pageCount} pages; at most ${maxPages} are accepted.`;

/** @param page the furthest page that has been read */
export const textTooLarge = (maxCharacters: number, page: number) =>
  `The text layers of the document hold more than ${maxCharacters} characters up to page ${page}; send it in parts, with pages.`;

export const pictureTooLarge = (page: number, widthPx: number, heightPx: number, maxPixels: number) =>
  `A picture on page ${page} has ${widthPx} × ${heightPx} pixels; ` +
  `at most ${Math.floor(maxPixels / 1e6)} megapixels are read.`;

/** It takes far more to decode than its pixels, or that cannot be told before. */
export const unusualPicture = (page: number) =>
  `Page ${page} holds a picture that is coded in no usual way; ${printAnew}`;

export const inflates =
  "The document holds data that grow beyond all measure when unpacked; print it to a new PDF and send that.";

export const tooManyObjects = (page: number, maxObjects: number) =>
  `Page ${page} names more than ${maxObjects} pictures and forms; ${printAnew}`;

/** @param page undefined where it is not known which one takes so long */
export const tooSlowForEngine = (page: number | undefined, timeoutMs: number) =>
  `${placeOf(page)} takes longer than ${timeoutMs / 1000} s for a page; ${printAnew}`;

/** @param page undefined where it is not known which one does so */
export const breaksEngine = (page: number | undefined) => `${placeOf(page)} breaks the PDF engine; ${printAnew}`;

/** PATH_MAX of Linux. */
export const maxPathBytes = 4096;

export const invalidPath = (maxBytes: number) =>
  `pdfPath must be a path of 1 to ${maxBytes} bytes without NUL characters.`;

export const pathOutsideBase = "pdfPath must be an absolute path below the upload folder of this service.";

export const noSuchFile = "pdfPath names no readable regular file below the upload folder.";

export const storedFileTooLarge = (sizeBytes: number, maxBytes: number) =>
  `The file has ${sizeBytes} bytes; at most ${maxBytes} are accepted.`;

export const growingFileTooLarge = (maxBytes: number) =>
  `The file grows while it is read; at most ${maxBytes} bytes are accepted.`;

const filesEmbedded = (count: number) => (count === 1 ? "1 embedded file" : `${count} embedded files`);

const notRead = (count: number) => `${filesEmbedded(count)} ${count === 1 ? "is" : "are"} not read`;

const printAnew = "print it to a new PDF and send that.";

const placeOf = (page: number | undefined) => (page === undefined ? "The document" : `Page ${page} of the document`);
