/** Why a model cannot be used; the end of a sentence, without paths. */
export class UnusableModel extends Error {
  override readonly name = "UnusableModel";
}
