/**
 * Errors of the engine: one class for each phase of the specification, each with fields to act upon.
 * `engine/js-api` turns them into the classes of the JavaScript API.
 */

/** Common base: every error that the engine raises on purpose. */
export abstract class WizError extends Error {
  override get name(): string {
    return this.constructor.name;
  }
}

/** The bytes are not a module (spec 5: binary format). `offset` is in bytes from the start of the module. */
export class MalformedError extends WizError {
  readonly detail: string;
  readonly offset: number;
  constructor(detail: string, offset: number) {
    super(`${detail} (at offset ${hex(offset)})`);
    this.detail = detail;
    this.offset = offset;
  }
}

/** The module is well-formed but not valid (spec 3). `offset` is in bytes from the start of the module. */
export class InvalidError extends WizError {
  readonly detail: string;
  readonly offset: number;
  /** Index of the function whose body is invalid, where it is in a body. */
  readonly func: number | undefined;
  constructor(detail: string, offset: number, func?: number) {
    super(`${func === undefined ? '' : `function ${func}: `}${detail} (at offset ${hex(offset)})`);
    this.detail = detail;
    this.offset = offset;
    this.func = func;
  }
}

/** The module is well-formed but uses a feature that the engine decodes and does not execute. */
export class UnsupportedError extends WizError {
  readonly feature: string;
  readonly offset: number;
  constructor(feature: string, offset: number, what: string) {
    super(`${what} needs the feature "${feature}", which this engine cannot execute yet (at offset ${hex(offset)})`);
    this.feature = feature;
    this.offset = offset;
  }
}

function hex(offset: number): string {
  return `0x${offset.toString(16)}`;
}
