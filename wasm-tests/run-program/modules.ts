/** Modules for the programs, as files in a folder. */

import fs from 'node:fs';
import path from 'node:path';
import { WebAssembly } from '../../engine/index.ts';
import { hostWasm } from '../../cli/register/host.ts';
import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';

const texts: Readonly<Record<string, string>> = {
  fib: `(module
    (func $fib (export "fib") (param i32) (result i32)
      (if (result i32) (i32.lt_s (local.get 0) (i32.const 2))
        (then (local.get 0))
        (else (i32.add (call $fib (i32.sub (local.get 0) (i32.const 1)))
                       (call $fib (i32.sub (local.get 0) (i32.const 2))))))))`,
  provider: `(module
    (memory (export "memory") 1)
    (table (export "table") 4 funcref)
    (global (export "counter") (mut i32) (i32.const 40))
    (elem (i32.const 0) $twice)
    (func $twice (export "twice") (param i32) (result i32) (i32.mul (local.get 0) (i32.const 2)))
    (func (export "fail") unreachable))`,
  user: `(module
    (type $unary (func (param i32) (result i32)))
    (import "provider" "memory" (memory 1))
    (import "provider" "table" (table 4 funcref))
    (import "provider" "counter" (global $counter (mut i32)))
    (import "provider" "twice" (func $twice (type $unary)))
    (import "host" "log" (func $log (param i32)))
    (func (export "bump") (type $unary)
      (global.set $counter (i32.add (global.get $counter) (local.get 0)))
      (global.get $counter))
    (func (export "run") (param i32) (result i32)
      (i32.store8 (i32.const 8) (call $twice (i32.const 21)))
      (call $log (global.get $counter))
      (call_indirect (type $unary) (i32.const 5) (local.get 0))))`,
};

/** Modules that the host runs, of which this engine may not execute all. Each exports a function `answer`. */
const newer: Readonly<Record<string, string>> = {
  threads: '(module (memory (export "memory") 1 1 shared) (func (export "answer") (result i32) (i32.const 42)))',
  'legacy-exceptions': `(module (tag $t) (func (export "answer") (result i32)
    (try (result i32) (do (throw $t)) (catch $t (i32.const 42)))))`,
};

/** Writes a module that the host runs and this engine refuses, and gives the feature; undefined where there is none. */
export async function writeUnsupported(file: string): Promise<string | undefined> {
  for (const [feature, text] of Object.entries(newer)) {
    const bytes = Uint8Array.from(await parse(text));
    if (!hostWasm.validate(bytes) || WebAssembly.validate(bytes)) continue;
    fs.writeFileSync(file, bytes);
    return feature;
  }
  return undefined;
}

/** Writes all modules into a folder. */
export async function writeModules(folder: string): Promise<void> {
  for (const [name, text] of Object.entries(texts)) {
    fs.writeFileSync(path.join(folder, `${name}.wasm`), await parse(text));
  }
}
