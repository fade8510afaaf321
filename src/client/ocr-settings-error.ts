export type OcrSettingsFault =
  /** Neither an active prompt row nor an override says what the model is told. */
  | "no_active_prompt"
  /** The prompt's text is empty. */
  | "blank_prompt"
  /** The profile row is switched off. */
  | "inactive_profile"
  /** Not a finite number, or outside the parameter's range. */
  | "invalid_number"
  /** Text that should be JSON and is not, or JSON of another shape. */
  | "invalid_json"
  /** A tag name that the service would refuse. */
  | "invalid_tag"
  /** Two spellings of the same parameter that say different things. */
  | "conflicting_columns";

/** The settings in the database, or an override, cannot be used. `message` says where and what. */
export class OcrSettingsError extends Error {
  override readonly name = "OcrSettingsError";
  readonly code: OcrSettingsFault;
  /** Where it stands, such as `ai_execution_profiles.top_p`, or `overrides.topP`. */
  readonly column: string;
  /** What stands there. */
  readonly value: unknown;

  constructor(code: OcrSettingsFault, column: string, value: unknown, message: string) {
    super(`${column}: ${message}`);
    this.code = code;
    this.column = column;
    this.value = value;
  }
}
