import type { RuntimeParams } from "./ocr-request.ts";
import { OcrSettingsError } from "./ocr-settings-error.ts";
import { isHeld, isSwitchedOff, type Row, readJsonObject } from "./row.ts";
import { type ParameterName, parameterNames, parameterRules, readParameter } from "./sampling-parameters.ts";

/** Columns of which one may hold parameters as JSON. */
const nestedColumns = ["parameters", "runtime_params", "runtimeParams"] as const;
const keepAliveColumns = ["keep_alive", "keepAlive"] as const;

/** Where parameters may stand, the winner first. */
export interface ParameterSource {
  place: string;
  row: Row;
}

/**
 * A row as sources of parameters: its own columns, then its JSON column.
 *
 * @throws OcrSettingsError `invalid_json`, `conflicting_columns`
 */
export function parameterSources(place: string, row: Row): ParameterSource[] {
  const held = nestedColumns.filter((column) => isHeld(row[column]));
  const [column] = held;
  if (column === undefined) return [{ place, row }];
  if (held.length > 1) {
    const message = `${held.join(" and ")} both hold parameters; keep one.`;
    throw new OcrSettingsError("conflicting_columns", `${place}.${column}`, row[column], message);
  }
  const nested = readJsonObject(`${place}.${column}`, row[column]);
  return nested === undefined
    ? [{ place, row }]
    : [
        { place, row },
        { place: `${place}.${column}`, row: nested },
      ];
}

/** @throws OcrSettingsError `inactive_profile`, and those of `parameterSources` */
export function profileSources(profile: Row): ParameterSource[] {
  const place = "ai_execution_profiles";
  if (!isSwitchedOff(profile)) return parameterSources(place, profile);
  throw new OcrSettingsError(
    "inactive_profile",
    `${place}.is_active`,
    profile.is_active ?? profile.isActive,
    "the profile is switched off; hand in an active one, or none.",
  );
}

/**
 * Each parameter from the first source that holds it. A value that another one wins over is not judged, so that a
 * broken row can be overridden. Notes say what was passed over.
 *
 * @throws OcrSettingsError `invalid_number`, `conflicting_columns`
 */
export function readParameters(sources: readonly ParameterSource[], notes: string[]): RuntimeParams {
  const params: Partial<Record<ParameterName, number>> = {};
  for (const name of parameterNames) {
    const [winner] = sources.filter(({ row }) => parameterRules[name].columns.some((column) => isHeld(row[column])));
    const value = winner && readParameter(winner.place, winner.row, name);
    if (value !== undefined) params[name] = value;
  }
  for (const { place, row } of sources) {
    for (const column of keepAliveColumns.filter((name) => isHeld(row[name]))) {
      notes.push(`${place}.${column} was dropped: how long the model stays loaded is the service's own decision.`);
    }
  }
  return params;
}

/** Notes for what stands in JSON columns under names that no parameter has; the service refuses unknown names. */
export function noteUnknownNames(sources: readonly ParameterSource[], notes: string[]): void {
  const known = new Set<string>([
    ...parameterNames.flatMap((name) => parameterRules[name].columns),
    ...keepAliveColumns,
  ]);
  for (const { place, row } of sources) {
    for (const name of Object.keys(row).filter((key) => isHeld(row[key]) && !known.has(key))) {
      notes.push(`${place}.${name} was dropped: the service knows no such parameter.`);
    }
  }
}
