import { expect, spyOn, test } from "bun:test";
import { findOptionalProgram } from "../support/optional-program.ts";

const missing = "no-such-program-anywhere";

test("a program that is not installed is said loudly to leave something untested", () => {
  using said = spyOn(console, "error").mockImplementation(() => undefined);
  expect(findOptionalProgram(missing, "the moon", { environment: { CI_FULL: "0" } })).toBeUndefined();
  expect(said.mock.calls).toEqual([[`!! NOT TESTED: the moon. There is no ${missing}; install Debian's ${missing}.`]]);
});

test("where everything is to be tested it is an error", () => {
  const options = { environment: { CI_FULL: "1" }, debianPackage: "moon-tools" };
  expect(() => findOptionalProgram(missing, "the moon", options)).toThrow("install Debian's moon-tools");
});

test("one that is installed is found, also where only root's path looks", () => {
  expect(findOptionalProgram("sh", "nothing", { environment: { PATH: "/bin", CI_FULL: "1" } })).toBe("/bin/sh");
  const ownPath = { environment: { PATH: "" } };
  expect(findOptionalProgram("ldconfig", "nothing", ownPath)).toMatch(/^\/(usr\/)?sbin\/ldconfig$/);
});
