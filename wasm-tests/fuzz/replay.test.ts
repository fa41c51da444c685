/** Modules kept from earlier runs: judged alike, and where both engines accept them, they do the same. */

import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { native, wiz } from '../diff/namespace.ts';
import { callAll } from './call-all.ts';
import { compareVerdicts } from './verdict.ts';

const folder = fileURLToPath(new URL('crashes', import.meta.url));
const files = readdirSync(folder).filter((file) => file.endsWith('.wasm'));

describe('kept modules', () => {
  test.each(files)('%s', (file) => {
    const bytes = readFileSync(`${folder}/${file}`);
    const difference = compareVerdicts(native.W, wiz.W, bytes);
    if (difference === null && native.W.validate(bytes)) {
      expect(callAll(wiz.W, bytes, 1)).toEqual(callAll(native.W, bytes, 1));
    }
  });
});
