/** Module objects of the host that carry those of this engine. */

import { expect, test } from 'vitest';
import { carrierOf, unpack } from '../../cli/register/carrier.ts';
import { hostCustomSections } from '../../cli/register/host.ts';

const bytes = new Uint8Array(10_000).fill(7);

test('a carrier gives back what it was given, and is hardly larger', () => {
  // Whoever makes one knows more of the module than what has to travel.
  const known = { file: '/a/b.wasm', loader: 'file:///a/b.js:1:2', order: 3, bytes };
  const carrier = carrierOf(bytes, known);
  const { file, loader, order } = known;
  expect(unpack(carrier)).toEqual({ bytes, luggage: { file, loader, order } });
  expect(hostCustomSections(carrier, 'wiz.module')?.[0]?.byteLength).toBeLessThan(bytes.length + 200);
});
