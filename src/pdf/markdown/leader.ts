/** Dots or lines that lead to a page number, or on which something is to be written. */
export const leader = /\.{4}|(?:\. ){3}|…{2}|_{3}/;
