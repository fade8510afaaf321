import sarabunPath from "@expo-google-fonts/sarabun/400Regular/Sarabun_400Regular.ttf" with { type: "file" };
import sarabunItalicPath from "@expo-google-fonts/sarabun/400Regular_Italic/Sarabun_400Regular_Italic.ttf" with {
  type: "file",
};
import sarabunBoldPath from "@expo-google-fonts/sarabun/700Bold/Sarabun_700Bold.ttf" with { type: "file" };
import * as mupdf from "mupdf";

/** Said in the data that are made of them. */
export const thaiWhence: readonly string[] = [
  "Sarabun, of @expo-google-fonts/sarabun: SIL Open Font License 1.1",
  "Laksaman, Norasi, Kinnari, Garuda, Loma, Waree, Umpush, TlwgTypo, of Debian's fonts-thai-tlwg: GPL 2 or later",
  "Noto Sans Thai, Noto Looped Thai, Noto Serif Thai, of Debian's fonts-noto-core: SIL Open Font License 1.1",
];

/** The same, of what Latin print is compared with. */
export const latinWhence: readonly string[] = [
  ...thaiWhence,
  "Noto Sans, Noto Serif, of Debian's fonts-noto-core: SIL Open Font License 1.1",
  "DejaVu Sans, DejaVu Serif, of Debian's fonts-dejavu-core: Bitstream Vera and Arev licences",
];

const tlwg =
  "Laksaman Laksaman-Bold Norasi Norasi-Bold Norasi-Italic Kinnari Kinnari-Bold Garuda Garuda-Bold Garuda-Oblique Loma Loma-Bold Waree Umpush TlwgTypo";
const notoThai = "NotoSansThai-Regular NotoLoopedThai-Regular NotoSerifThai-Regular";
const noto = "NotoSans-Regular NotoSerif-Regular";
const dejavu = "DejaVuSans DejaVuSerif";

const pathsIn = (folder: string, names: string) =>
  names.split(" ").map((name) => `/usr/share/fonts/truetype/${folder}/${name}.ttf`);

const open = (paths: readonly string[]): Promise<mupdf.Font[]> =>
  Promise.all(paths.map(async (path) => new mupdf.Font(path, await Bun.file(path).bytes())));

/** The fonts of Thai offices and those that are like them. */
export const thaiFonts = (): Promise<mupdf.Font[]> =>
  open([sarabunPath, sarabunItalicPath, sarabunBoldPath, ...pathsIn("tlwg", tlwg), ...pathsIn("noto", notoThai)]);

/** Further fonts of offices, without Thai. */
export const latinFonts = (): Promise<mupdf.Font[]> => open([...pathsIn("noto", noto), ...pathsIn("dejavu", dejavu)]);
