import type * as mupdf from "mupdf";
import type { CheckBox, PageLink } from "../markdown/page-structure.ts";

/** Links and check boxes of a page that are looked at; each costs some microseconds. */
const maxExtras = 2000;

/** The links that lead out of the document. */
export function linksOf(page: mupdf.PDFPage): PageLink[] {
  const links = page.getLinks();
  try {
    if (links.length > maxExtras) return [];
    return links.filter((link) => link.isExternal()).map((link) => ({ box: link.getBounds(), url: link.getURI() }));
  } finally {
    for (const link of links) link.destroy();
  }
}

/** Check boxes and radio buttons, with what their appearance shows. */
export function checkBoxesOf(page: mupdf.PDFPage): CheckBox[] {
  const widgets = page.getWidgets();
  try {
    if (widgets.length > maxExtras) return [];
    return widgets
      .filter((widget) => widget.isCheckbox() || widget.isRadioButton())
      .map((widget) => ({ box: widget.getBounds(), checked: isOn(widget.getObject().get("AS")) }));
  } finally {
    for (const widget of widgets) widget.destroy();
  }
}

const isOn = (state: mupdf.PDFObject) => state.isName() && state.asName() !== "Off";
