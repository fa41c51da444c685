/**
 * Adds exports of every memory, table and global to a module, so that what it did can be compared to the last bit.
 * Works on the bytes, and knows just as much of them as modules of the generator need: one-byte types.
 */

const SECTION = { import: 2, table: 4, memory: 5, global: 6, export: 7, start: 8 } as const;
const KIND = { func: 0, table: 1, memory: 2, global: 3 } as const;
const HEADER_BYTES = 8;

interface Section {
  readonly id: number;
  readonly body: Uint8Array;
}

class Cursor {
  at = 0;
  readonly bytes: Uint8Array;
  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }
  byte(): number {
    const value = this.bytes[this.at++];
    if (value === undefined) throw new RangeError('the module ends too early');
    return value;
  }
  u32(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  }
  take(length: number): Uint8Array {
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }
  limits(): void {
    const hasMaximum = (this.byte() & 1) !== 0;
    this.u32();
    if (hasMaximum) this.u32();
  }
}

function u32(value: number): number[] {
  const bytes: number[] = [];
  for (; value >= 0x80; value = Math.floor(value / 0x80)) bytes.push((value & 0x7f) | 0x80);
  return [...bytes, value];
}

/** The sections of a module, in order. */
export function sections(module: Uint8Array): Section[] {
  const cursor = new Cursor(module);
  cursor.take(HEADER_BYTES);
  const found: Section[] = [];
  while (cursor.at < module.length) {
    const id = cursor.byte();
    found.push({ id, body: cursor.take(cursor.u32()) });
  }
  return found;
}

type Counts = { [KIND.table]: number; [KIND.memory]: number; [KIND.global]: number };

function countImports(body: Uint8Array, counts: Counts): void {
  const cursor = new Cursor(body);
  for (let left = cursor.u32(); left > 0; left--) {
    cursor.take(cursor.u32());
    cursor.take(cursor.u32());
    const kind = cursor.byte();
    if (kind === KIND.func) cursor.u32();
    else if (kind === KIND.global) cursor.take(2);
    else {
      if (kind === KIND.table) cursor.byte();
      cursor.limits();
    }
    if (kind === KIND.table || kind === KIND.memory || kind === KIND.global) counts[kind]++;
  }
}

function count(all: readonly Section[]): Counts {
  const counts: Counts = { [KIND.table]: 0, [KIND.memory]: 0, [KIND.global]: 0 };
  for (const { id, body } of all) {
    if (id === SECTION.import) countImports(body, counts);
    if (id === SECTION.table) counts[KIND.table] += new Cursor(body).u32();
    if (id === SECTION.memory) counts[KIND.memory] += new Cursor(body).u32();
    if (id === SECTION.global) counts[KIND.global] += new Cursor(body).u32();
  }
  return counts;
}

/** The module with exports named `all memory 0`, `all global 3` and so on after its own. */
export function exposeState(module: Uint8Array): Uint8Array {
  const all = sections(module);
  const counts = count(all);
  const own = all.find(({ id }) => id === SECTION.export);
  const cursor = new Cursor(own?.body ?? new Uint8Array([0]));
  let total = cursor.u32();
  const entries = [...cursor.bytes.subarray(cursor.at)];
  for (const name of ['table', 'memory', 'global'] as const) {
    for (let index = 0; index < counts[KIND[name]]; index++) {
      const text = new TextEncoder().encode(`all ${name} ${index}`);
      entries.push(...u32(text.length), ...text, KIND[name], ...u32(index));
      total++;
    }
  }
  const exports: Section = { id: SECTION.export, body: Uint8Array.from([...u32(total), ...entries]) };
  const rest = all.filter((section) => section !== own);
  const after = rest.findIndex(({ id }) => id >= SECTION.start);
  rest.splice(after < 0 ? rest.length : after, 0, exports);
  return Buffer.concat([
    module.subarray(0, HEADER_BYTES),
    ...rest.flatMap(({ id, body }) => [Uint8Array.from([id, ...u32(body.length)]), body]),
  ]);
}
