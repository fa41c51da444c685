/**
 * Builds modules from parts: code as raw bytes, everything else by call. It checks nothing, so that
 * malformed and invalid modules can be built as well.
 */

import type { ValType } from '../isa/valtype.ts';
import type { ExternKind } from '../module/module.ts';
import { type Bytes, ByteWriter, encodeCustom, encodeSections, type RawSection } from './writer.ts';

/** Flags of limits are worked out from what is there. */
export interface LimitsSpec {
  readonly min: number | bigint;
  readonly max?: number | bigint;
  readonly isShared?: boolean;
  readonly is64?: boolean;
}

export interface FunctionSpec {
  /** Type index. */
  readonly type: number;
  /** Runs of locals: count and type. */
  readonly locals?: readonly (readonly [count: number, type: ValType])[];
  /** Instructions, without the final `end`. */
  readonly code: Bytes;
}

const kindCodes: Readonly<Record<ExternKind, number>> = { function: 0, table: 1, memory: 2, global: 3, tag: 4 };
const FUNC = 0x60;
const END = 0x0b;

const writer = (): ByteWriter => new ByteWriter();

/** Encodes limits with their flags. */
export function encodeLimits({ min, max, isShared = false, is64 = false }: LimitsSpec): Uint8Array {
  const flags = (max === undefined ? 0 : 1) | (isShared ? 2 : 0) | (is64 ? 4 : 0);
  const bytes = writer().u8(flags).u64(min);
  return (max === undefined ? bytes : bytes.u64(max)).toBytes();
}

export class ModuleBuilder {
  private readonly contents = new Map<number, Uint8Array[]>();
  private readonly customs: { section: RawSection; before: number }[] = [];
  private readonly counts: Record<ExternKind, number> = { function: 0, table: 0, memory: 0, global: 0, tag: 0 };
  private startIndex: number | undefined = undefined;
  private dataCountValue: number | undefined = undefined;

  /** Adds an encoded item to the vector of a section; returns its place in the section. */
  item(sectionId: number, bytes: Bytes): number {
    const items = this.contents.get(sectionId) ?? [];
    this.contents.set(sectionId, items);
    return items.push(Uint8Array.from(bytes)) - 1;
  }

  /** A function type; returns the type index, which is right as long as there is no recursion group with several types. */
  type(params: readonly ValType[], results: readonly ValType[]): number {
    return this.item(1, writer().u8(FUNC).valTypes(params).valTypes(results).toBytes());
  }

  /** An import; `type` is its encoded type. Imports of a kind must come before its definitions. Returns its index. */
  import(module: string, name: string, kind: ExternKind, type: Bytes): number {
    this.item(2, writer().name(module).name(name).u8(kindCodes[kind]).bytes(type).toBytes());
    return this.counts[kind]++;
  }

  func({ type, locals = [], code }: FunctionSpec): number {
    const runs = locals.map(([count, t]) => writer().u32(count).valType(t).toBytes());
    return this.rawFunc(type, writer().vector(runs).bytes(code).u8(END).toBytes());
  }

  /** A function with a body as it stands between its size and the next one. */
  rawFunc(type: number, body: Bytes): number {
    this.item(3, writer().u32(type).toBytes());
    this.item(10, writer().sized(body).toBytes());
    return this.counts.function++;
  }

  table(element: ValType, limits: LimitsSpec): number {
    this.item(4, writer().valType(element).bytes(encodeLimits(limits)).toBytes());
    return this.counts.table++;
  }

  memory(limits: LimitsSpec): number {
    this.item(5, encodeLimits(limits));
    return this.counts.memory++;
  }

  /** `init` is the expression without its final `end`. */
  global(type: ValType, isMutable: boolean, init: Bytes): number {
    this.item(6, writer().valType(type).u8(Number(isMutable)).bytes(init).u8(END).toBytes());
    return this.counts.global++;
  }

  tag(type: number): number {
    this.item(13, writer().u8(0).u32(type).toBytes());
    return this.counts.tag++;
  }

  export(name: string, kind: ExternKind, index: number): this {
    this.item(7, writer().name(name).u8(kindCodes[kind]).u32(index).toBytes());
    return this;
  }

  start(index: number): this {
    this.startIndex = index;
    return this;
  }

  /** An active segment of memory 0; `offset` is the expression without its final `end`. Returns its index. */
  data(offset: Bytes, bytes: Bytes): number {
    return this.item(11, writer().u32(0).bytes(offset).u8(END).sized(bytes).toBytes());
  }

  passiveData(bytes: Bytes): number {
    return this.item(11, writer().u32(1).sized(bytes).toBytes());
  }

  /** Adds a data count section. */
  dataCount(count: number): this {
    this.dataCountValue = count;
    return this;
  }

  /** A custom section in front of the section with the id `before` (default: at the end). */
  custom(name: string, content: Bytes, before = 0): this {
    this.customs.push({ section: encodeCustom(name, content), before });
    return this;
  }

  toBytes(): Uint8Array {
    const sections: RawSection[] = [];
    // The order of spec 5.5.2; 0 stands for the end.
    for (const id of [1, 2, 3, 4, 5, 13, 6, 7, 8, 9, 12, 10, 11, 0]) {
      for (const { section, before } of this.customs) if (before === id) sections.push(section);
      const content = this.content(id);
      if (content !== undefined) sections.push({ id, content });
    }
    return encodeSections(sections);
  }

  private content(id: number): Uint8Array | undefined {
    if (id === 8 && this.startIndex !== undefined) return writer().u32(this.startIndex).toBytes();
    if (id === 12 && this.dataCountValue !== undefined) return writer().u32(this.dataCountValue).toBytes();
    const items = this.contents.get(id);
    return items === undefined ? undefined : writer().vector(items).toBytes();
  }
}
