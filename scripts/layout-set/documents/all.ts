import type { LayoutDocument } from "../description.ts";
import { thaiColumns, twoColumns } from "./columns.ts";
import { dottedForm, gapForm, widgetForm } from "./forms.ts";
import { englishLetter, thaiLetter } from "./letters.ts";
import { minutes } from "./minutes.ts";
import { headedColumns, offer, rental, threeColumns, toolList, twoLanguages } from "./mixtures.ts";
import { report } from "./notes.ts";
import { specification } from "./specification.ts";
import { manual, mixedPage, statement, thaiBoxed } from "./statements.ts";
import { headedTable, longTable, mergedTable, thaiBill, unruledBill } from "./tables.ts";

/** The layouts that the Markdown of text layers is worked on with. */
export const layoutDocuments: readonly LayoutDocument[] = [
  ...[thaiLetter, englishLetter, minutes, thaiBill, unruledBill, headedTable, mergedTable, longTable],
  ...[specification, twoColumns, thaiColumns, dottedForm, gapForm, widgetForm, report],
  ...[statement, mixedPage, thaiBoxed, manual],
  ...[threeColumns, twoLanguages, offer, toolList, rental, headedColumns],
];
