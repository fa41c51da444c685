/**
 * The globals that the engine uses beyond ECMAScript: every host of JavaScript has them, but they are declared
 * in the type libraries of browsers and of Node, and the engine is compiled without both.
 */

declare class TextDecoder {
  constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean });
  decode(input?: ArrayBufferView | ArrayBuffer): string;
}

declare class TextEncoder {
  encode(input?: string): Uint8Array;
}

declare const performance: {
  /** Milliseconds, with fractions, from some point in the past. */
  now(): number;
};
