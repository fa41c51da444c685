/** A component, as `jco transpile` turns it into a program: JavaScript, and the core modules that it loads. */

import fs from 'node:fs';
import path from 'node:path';
import { transpileBytes } from '@bytecodealliance/jco-transpile';
import { componentEmbed, componentNew, parse } from '@bytecodealliance/jco-transpile/wasm-tools';

const wit = `package example:words;
world counter {
  import report: func(text: string);
  record found { words: u32, longest: string }
  export count: func(text: string) -> result<found, string>;
}`;

/** Counts the words between blanks, and finds the longest; text without words is an error. Memory is only ever taken. */
const core = `(module
  (import "$root" "report" (func $report (param i32 i32)))
  (memory (export "memory") 1)
  (data (i32.const 16) "no words")
  (global $free (mut i32) (i32.const 1024))
  (func (export "cabi_realloc") (param $old i32) (param $size i32) (param $align i32) (param $new i32) (result i32)
    (local $at i32)
    (local.set $at (i32.and (i32.add (global.get $free) (i32.const 7)) (i32.const -8)))
    (global.set $free (i32.add (local.get $at) (local.get $new)))
    (local.get $at))
  (func (export "count") (param $at i32) (param $size i32) (result i32)
    (local $end i32) (local $start i32) (local $words i32) (local $best i32) (local $length i32)
    (local.set $end (i32.add (local.get $at) (local.get $size)))
    (loop $next
      (local.set $start (local.get $at))
      (loop $letter
        (if (i32.lt_u (local.get $at) (local.get $end))
          (then (if (i32.ne (i32.load8_u (local.get $at)) (i32.const 32))
            (then (local.set $at (i32.add (local.get $at) (i32.const 1))) (br $letter))))))
      (if (i32.gt_u (local.get $at) (local.get $start))
        (then
          (local.set $words (i32.add (local.get $words) (i32.const 1)))
          (if (i32.gt_u (i32.sub (local.get $at) (local.get $start)) (local.get $length))
            (then
              (local.set $best (local.get $start))
              (local.set $length (i32.sub (local.get $at) (local.get $start)))
              (call $report (local.get $best) (local.get $length))))))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $at) (local.get $end))))
    (if (local.get $words)
      (then
        (i32.store (i32.const 0) (i32.const 0))
        (i32.store (i32.const 4) (local.get $words))
        (i32.store (i32.const 8) (local.get $best))
        (i32.store (i32.const 12) (local.get $length)))
      (else
        (i32.store (i32.const 0) (i32.const 1))
        (i32.store (i32.const 4) (i32.const 16))
        (i32.store (i32.const 8) (i32.const 8))))
    (i32.const 0)))`;

/** Writes the program; `report` is imported from `./report.js`. Gives the names of its core modules. */
export async function writeComponent(folder: string): Promise<string[]> {
  const embedded = await componentEmbed({
    binary: Uint8Array.from(await parse(core)),
    witSource: wit,
    world: 'counter',
  });
  const component = await componentNew(embedded, []);
  const { files } = await transpileBytes(component, {
    name: 'counter',
    outDir: '',
    base64Cutoff: 0,
    map: { report: './report.js' },
  });
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, 'package.json'), '{ "type": "module" }\n');
  for (const [name, content] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.writeFileSync(path.join(folder, name), content);
  }
  return Object.keys(files).filter((name) => name.endsWith('.wasm'));
}
