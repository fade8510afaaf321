import { join } from "node:path";
import sarabunPath from "@expo-google-fonts/sarabun/400Regular/Sarabun_400Regular.ttf" with { type: "file" };

export interface EvaluationFont {
  name: string;
  bytes: Uint8Array;
}

/** Sarabun comes with the development dependencies; a sans and a serif of Debian's fonts-thai-tlwg where installed. */
export async function evaluationFonts(): Promise<EvaluationFont[]> {
  const debian = "/usr/share/fonts/truetype/tlwg";
  const paths = { sarabun: sarabunPath, garuda: join(debian, "Garuda.ttf"), norasi: join(debian, "Norasi.ttf") };
  const found = await Promise.all(
    Object.entries(paths).map(async ([name, path]) => {
      const file = Bun.file(path);
      return (await file.exists()) ? [{ name, bytes: await file.bytes() }] : [];
    }),
  );
  return found.flat();
}

/** The font that is always there. */
export const sarabun = (): Promise<Uint8Array> => Bun.file(sarabunPath).bytes();
