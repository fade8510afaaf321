import * as z from "zod/mini";

const withPath = z.looseObject({ path: z.string() });

/** How a job is called; what others added may hold anything. */
export const pathOf = (data: unknown): string => withPath.safeParse(data).data?.path ?? "a job without a path";
