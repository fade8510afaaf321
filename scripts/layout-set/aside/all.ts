import type { LayoutDocument } from "../description.ts";

/** Layouts for judging only: what is worked on must not look at them. */
export const asideDocuments: readonly LayoutDocument[] = [];
