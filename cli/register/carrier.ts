/**
 * The module objects that a registered program gets: empty modules of the host, which carry the real one in a custom section.
 *
 * So they are what only a host can make: objects that `postMessage`, `workerData` and `structuredClone` copy, wherever they stand in
 * what is copied. What arrives in another thread tells the thread's own engine all that it has to know.
 */

import { hostCustomSections, hostWasm } from './host.ts';

const SECTION = 'wiz.module';

/** What travels with the bytes. */
export interface Luggage {
  /** File or URL of the module, where it is known. */
  readonly file: string | undefined;
  /** Which code loaded it. */
  readonly loader: string | undefined;
  /** Number in the order of the thread that loaded it. */
  readonly order: number;
}

/** A module object of the host that carries `bytes`. */
export function carrierOf(bytes: Uint8Array, { file, loader, order }: Luggage): object {
  const luggage: Luggage = { file, loader, order };
  const name = Buffer.from(SECTION);
  const text = Buffer.from(JSON.stringify(luggage));
  const content = [leb(name.length), name, leb(text.length), text, bytes];
  const size = content.reduce((sum, part) => sum + part.length, 0);
  const module = Buffer.concat([Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 0), leb(size), ...content]);
  return new hostWasm.Module(module);
}

/** What a module object carries; undefined for everything that is no carrier. */
export function unpack(value: unknown): { readonly bytes: Uint8Array; readonly luggage: Luggage } | undefined {
  const content = hostCustomSections(value, SECTION)?.[0];
  if (content === undefined) return undefined;
  const all = new Uint8Array(content);
  let at = 0;
  let length = 0;
  for (let shift = 0, byte = 0x80; byte >= 0x80; shift += 7) {
    byte = all[at++] ?? 0;
    length |= (byte & 0x7f) << shift;
  }
  const luggage = JSON.parse(Buffer.from(all.subarray(at, at + length)).toString()) as Luggage;
  return { bytes: all.subarray(at + length), luggage };
}

/** An unsigned number as the binary format writes it. */
function leb(value: number): Uint8Array {
  const bytes = [];
  let rest = value;
  for (; rest >= 0x80; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  bytes.push(rest);
  return Uint8Array.from(bytes);
}
