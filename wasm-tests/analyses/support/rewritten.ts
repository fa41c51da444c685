/**
 * A second instrumentation, which shares nothing with probes: the module is rewritten so that it counts by itself, in a global for
 * each instruction, and the host's own engine runs it.
 *
 * What is inserted takes nothing from the operand stack and leaves nothing there, so that it may stand between any two
 * instructions. In front of most instructions it counts arrivals; behind a `loop` and behind an `end` it counts those that come by
 * branches, too.
 */

import { functionLocations, type Location, type Module } from '../../../engine/index.ts';
import { ByteWriter } from '../../../engine/binary/writer.ts';

/** The name of the exported counter of an instruction. */
export function counterName({ func, pc }: Pick<Location, 'func' | 'pc'>): string {
  return `count ${func} ${pc}`;
}

const SECTION = { import: 2, global: 6, export: 7, code: 10 } as const;
/** Sections in the order that the binary format wants. */
const ORDER = [1, 2, 3, 4, 5, 13, 6, 7, 8, 9, 12, 10, 11];
const HEADER = [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
const OP = { globalGet: 0x23, globalSet: 0x24, i64Const: 0x42, i64Add: 0x7c, end: 0x0b } as const;
const TYPE_I64 = 0x7e;
const MUTABLE = 1;
const KIND_GLOBAL = 3;

export interface Rewritten {
  readonly bytes: Uint8Array;
  /** The instructions that have counters: all but the final `end` of functions, behind which nothing can stand. */
  readonly counted: readonly Location[];
}

export function rewritten(module: Module): Rewritten {
  const bodies = module.bodies.map(({ index }) => functionLocations(module, index));
  const counted = bodies.flatMap((locations) => locations.slice(0, -1));
  const first = module.importCounts.global + countOf(module, SECTION.global);
  const numbers = new Map(counted.map((location, i) => [location, first + i]));
  const contents = new Map(
    module.sections
      .filter(({ id }) => id !== 0)
      .map(({ id, start, end }) => [id as number, module.bytes.subarray(start, end)]),
  );
  contents.set(
    SECTION.global,
    withItems(
      module,
      SECTION.global,
      counted.map(() => counterGlobal()),
    ),
  );
  contents.set(
    SECTION.export,
    withItems(
      module,
      SECTION.export,
      counted.map((location) => counterExport(location, numbers.get(location) as number)),
    ),
  );
  const code = new ByteWriter().u32(bodies.length);
  for (const [i, locations] of bodies.entries()) {
    const body = rewrittenBody(module, i, locations, numbers);
    code.u32(body.length).bytes(body);
  }
  contents.set(SECTION.code, code.toBytes());
  const bytes = new ByteWriter().bytes(HEADER);
  for (const id of ORDER) {
    const content = contents.get(id);
    if (content !== undefined) bytes.u8(id).u32(content.length).bytes(content);
  }
  return { bytes: bytes.toBytes(), counted };
}

/** Number of items of a section. */
function countOf({ sections, bytes }: Module, id: number): number {
  const section = sections.find((s) => s.id === id);
  return section === undefined ? 0 : leb(bytes, section.start).value;
}

function leb(bytes: Uint8Array, start: number): { value: number; end: number } {
  let value = 0;
  for (let at = start, scale = 1; ; at++, scale *= 128) {
    const byte = bytes[at] as number;
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) return { value, end: at + 1 };
  }
}

/** The content of a section with more items behind its own. */
function withItems({ sections, bytes }: Module, id: number, items: readonly Uint8Array[]): Uint8Array {
  const section = sections.find((s) => s.id === id);
  const head = section === undefined ? { value: 0, end: 0 } : leb(bytes, section.start);
  const writer = new ByteWriter().u32(head.value + items.length);
  if (section !== undefined) writer.bytes(bytes.subarray(head.end, section.end));
  for (const item of items) writer.bytes(item);
  return writer.toBytes();
}

function counterGlobal(): Uint8Array {
  return new ByteWriter().bytes([TYPE_I64, MUTABLE, OP.i64Const, 0, OP.end]).toBytes();
}

function counterExport(location: Location, number: number): Uint8Array {
  const name = new TextEncoder().encode(counterName(location));
  return new ByteWriter().u32(name.length).bytes(name).u8(KIND_GLOBAL).u32(number).toBytes();
}

function rewrittenBody(
  { bodies, bytes }: Module,
  index: number,
  locations: readonly Location[],
  numbers: ReadonlyMap<Location, number>,
): Uint8Array {
  const { start, end } = bodies[index] as Module['bodies'][number];
  const body = new ByteWriter().bytes(bytes.subarray(start, locations[0]?.offset ?? end));
  for (const [i, location] of locations.entries()) {
    const number = numbers.get(location);
    const code = bytes.subarray(location.offset, locations[i + 1]?.offset ?? end);
    const isBehind = location.instruction.name === 'loop' || location.instruction.name === 'end';
    if (isBehind) body.bytes(code);
    if (number !== undefined) body.bytes(increment(number));
    if (!isBehind) body.bytes(code);
  }
  return body.toBytes();
}

function increment(number: number): Uint8Array {
  return new ByteWriter()
    .u8(OP.globalGet)
    .u32(number)
    .bytes([OP.i64Const, 1, OP.i64Add])
    .u8(OP.globalSet)
    .u32(number)
    .toBytes();
}
