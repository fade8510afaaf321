import { join } from "node:path";
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

/** Packages with further fonts of Thai, which the weights alone are fitted to; each with its version. */
const googlePackages = [
  ...["kanit", "prompt", "mitr", "mali", "k2d", "kodchasan", "bai-jamjuree", "chakra-petch"].map(at("0.4.1")),
  ...["ibm-plex-sans-thai", "ibm-plex-sans-thai-looped"].map(at("0.4.1")),
  ...["niramit", "trirong", "taviraj"].map(at("0.2.3")),
  ...[at("0.3.0")("maitree"), at("0.2.0")("pridi"), at("0.1")("athiti"), at("0.1")("fahkwang")],
];

/** The same, of what the weights are fitted to. */
export const weightsWhence: readonly string[] = [
  ...thaiWhence.slice(0, 1),
  "Laksaman, Norasi, Kinnari, Garuda, Loma, Waree, Umpush, TlwgTypo, TlwgMono, TlwgTypewriter, TlwgTypist, Sawasdee, Purisa, of Debian's fonts-thai-tlwg: GPL 2 or later",
  ...thaiWhence.slice(2),
  `${googlePackages.join(", ")}: SIL Open Font License 1.1`,
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
const furtherTlwg = "Sawasdee Sawasdee-Bold Purisa TlwgMono TlwgTypewriter TlwgTypist";
const boldNotoThai = "NotoSansThai-Bold NotoLoopedThai-Bold NotoSerifThai-Bold";
const noto = "NotoSans-Regular NotoSerif-Regular";
const dejavu = "DejaVuSans DejaVuSerif";

const pathsIn = (folder: string, names: string) =>
  names.split(" ").map((name) => `/usr/share/fonts/truetype/${folder}/${name}.ttf`);

const open = (paths: readonly string[]): Promise<mupdf.Font[]> =>
  Promise.all(paths.map(async (path) => new mupdf.Font(path, await Bun.file(path).bytes())));

/** The fonts of Thai offices and those that are like them. */
export const thaiFonts = (): Promise<mupdf.Font[]> =>
  open([sarabunPath, sarabunItalicPath, sarabunBoldPath, ...pathsIn("tlwg", tlwg), ...pathsIn("noto", notoThai)]);

/**
 * What the weights are fitted to, by the names of the files.
 *
 * @param folder one in which the packages of Google's fonts are installed
 * @throws Error when one is not there
 */
export async function furtherThaiFonts(folder: string): Promise<mupdf.Font[]> {
  const found = googlePackages.flatMap((name) => {
    const below = join(folder, "node_modules", name.replace(/@[^@]*$/, ""));
    const styles = new Bun.Glob("**/*_{400Regular,400Regular_Italic,700Bold}.ttf");
    const paths = [...styles.scanSync({ cwd: below, absolute: true })].sort();
    if (paths.length === 0) throw new Error(`${folder} has no ${name}; run bun add ${googlePackages.join(" ")} there.`);
    return paths;
  });
  return open([...found, ...pathsIn("tlwg", furtherTlwg), ...pathsIn("noto", boldNotoThai)]);
}

/** Further fonts of offices, without Thai. */
export const latinFonts = (): Promise<mupdf.Font[]> => open([...pathsIn("noto", noto), ...pathsIn("dejavu", dejavu)]);

function at(version: string) {
  return (name: string) => `@expo-google-fonts/${name}@${version}`;
}
