import createPurifier, { type WindowLike } from "dompurify";
import { Marked, type TokenizerAndRendererExtension } from "marked";
import { keepTags, keptAttributes, keptTags } from "./kept-tags.ts";

/** What the service asks the model for where the request names no tags. */
const defaultTags = ["document_number", "document_date", "received_date"];

/** Markdown allows no underscore in the name of a tag; the model is asked for tags that have one. */
const underscoredTag = /^<\/?[a-z][a-z0-9-]*_[\w-]*>/i;

/**
 * Makes nodes of the Markdown of a page. Two work one after the other, so that a fault of one harms nobody: what is
 * not text in its forms becomes text that can be read before a parser sees it, and the purifier takes what is left.
 * Tags that the model was asked for are shown with their names.
 *
 * @param browser the window whose parser is used
 */
export function createSafeMarkdown(browser: WindowLike & Window) {
  const purifier = createPurifier(browser);
  return (text: string, tags: readonly string[] = []): DocumentFragment => {
    const named = (tags.length === 0 ? defaultTags : tags).map((tag) => tag.toLowerCase());
    const kept = [...keptTags, ...named.filter((tag) => isUnknown(browser.document, tag))];
    const fragment = purifier.sanitize(toHtml(text, new Set(kept)), {
      ALLOWED_TAGS: kept,
      ALLOWED_ATTR: [...keptAttributes],
      ALLOW_DATA_ATTR: false,
      ALLOW_ARIA_ATTR: false,
      RETURN_DOM_FRAGMENT: true,
    });
    for (const tag of named) nameTags(fragment, tag);
    return fragment;
  };
}

function toHtml(text: string, kept: ReadonlySet<string>): string {
  const underscored: TokenizerAndRendererExtension = {
    name: "underscored",
    level: "inline",
    start: (source) => source.search(/<\/?[a-z]/i),
    tokenizer(source) {
      const [raw] = underscoredTag.exec(source) ?? [];
      return raw === undefined ? undefined : { type: "underscored", raw };
    },
    renderer: ({ raw }) => keepTags(raw, kept),
  };
  const markdown = new Marked({
    gfm: true,
    async: false,
    extensions: [underscored],
    renderer: {
      html: ({ text: html }) => keepTags(html, kept),
      link: ({ raw }) => keepTags(raw, noTags),
      image: ({ raw }) => keepTags(raw, noTags),
      checkbox: ({ checked }) => (checked ? "☑ " : "☐ "),
    },
  });
  return markdown.parse(text, { async: false });
}

const noTags: ReadonlySet<string> = new Set();

/** A tag that has a meaning in HTML is not let through because somebody asked for it. */
const isUnknown = (document: Document, tag: string): boolean =>
  document.createElement(tag) instanceof HTMLUnknownElement;

function nameTags(fragment: DocumentFragment, tag: string): void {
  for (const element of fragment.querySelectorAll(CSS.escape(tag))) {
    if (!(element instanceof HTMLUnknownElement)) continue;
    const field = document.createElement("span");
    const name = document.createElement("span");
    field.className = "field";
    name.className = "field-name";
    name.textContent = tag;
    field.append(name, ...element.childNodes);
    element.replaceWith(field);
  }
}
