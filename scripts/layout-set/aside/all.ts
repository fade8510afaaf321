import type { LayoutDocument } from "../description.ts";
import { contents, invoice, resume, timetable } from "./offices.ts";
import { bilingual, newsletter, regulation, schedule } from "./texts.ts";

/** Layouts for judging only: what is worked on must not look at them. */
export const asideDocuments: readonly LayoutDocument[] = [
  ...[invoice, resume, contents, timetable, regulation, newsletter, bilingual, schedule],
];
