/** The decoder against two others: `wasmparser`, which reads nearly everything, and `@webassemblyjs/wasm-parser`. */

import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import { BinaryReader, type IOperatorInformation, type ISectionInformation, OperatorCodeNames } from 'wasmparser';
import { decodeModule } from '../../engine/binary/decode.ts';
import type { InstructionReader } from '../../engine/binary/instruction-reader.ts';
import { type Immediate, writeInstruction } from '../../engine/binary/instruction-writer.ts';
import { ModuleBuilder } from '../../engine/binary/module-builder.ts';
import { ByteWriter } from '../../engine/binary/writer.ts';
import { type ImmediateKind, instructions } from '../../engine/isa/instructions.ts';
import { EXTERNREF, HEAP, I32 } from '../../engine/isa/valtype.ts';
import { packageFile, realModules, walkBody } from './support.ts';

/** A decoded module as far as both sides can tell: everything in bytes from the start of the module. */
interface Outline {
  /** Id and first byte of the content. */
  readonly sections: (readonly [id: number, start: number])[];
  /** For each function body, the end of each instruction. */
  readonly ends: number[][];
  /** For each function body, its instructions with their immediates, as text. */
  readonly code: string[][];
}

/** States of wasmparser; its own `const enum` is not there at run time. */
const ERROR = -1;
const BEGIN_SECTION = 3;
const BEGIN_FUNCTION_BODY = 28;
const CODE_OPERATOR = 30;

function outlineByWasmparser(bytes: Uint8Array): Outline {
  const outline: Outline = { sections: [], ends: [], code: [] };
  const reader = new BinaryReader();
  reader.setData(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.length);
  while (reader.read()) {
    if ((reader.state as number) === ERROR) throw reader.error;
    if ((reader.state as number) === BEGIN_SECTION) {
      outline.sections.push([(reader.result as ISectionInformation).id, reader.position]);
    } else if ((reader.state as number) === BEGIN_FUNCTION_BODY) {
      outline.ends.push([]);
      outline.code.push([]);
    } else if ((reader.state as number) === CODE_OPERATOR) {
      outline.ends.at(-1)?.push(reader.position);
      outline.code.at(-1)?.push(describeOperator(reader.result as IOperatorInformation));
    }
  }
  return outline;
}

function describeOperator(operator: IOperatorInformation): string {
  const { code, brDepth, brTable, funcIndex, localIndex, globalIndex, typeIndex, memoryAddress, literal } = operator;
  const index = brDepth ?? funcIndex ?? localIndex ?? globalIndex ?? typeIndex;
  const words: unknown[] = [OperatorCodeNames[code]];
  if (brTable !== undefined) words.push(...brTable);
  else if (memoryAddress !== undefined) words.push(memoryAddress.offset >>> 0, 2 ** memoryAddress.flags);
  else if (index !== undefined) words.push(index);
  else if (typeof literal === 'number' && !Number.isNaN(literal)) words.push(literal);
  return words.join(' ');
}

const float = new DataView(new ArrayBuffer(8));

function describeInstruction(reader: InstructionReader): string {
  const row = instructions[reader.op];
  const [first] = row?.immediates ?? [];
  const words: unknown[] = [row?.mnemonic];
  if (first === 'labels') words.push(...reader.labels);
  else if (first === 'memarg') words.push(reader.offset, 2 ** reader.align);
  else if (first === 'i32') words.push(reader.lo);
  else if (first === 'f32' || first === 'f64') {
    float.setInt32(0, reader.lo, true);
    float.setInt32(4, reader.hi, true);
    const value = first === 'f32' ? float.getFloat32(0, true) : float.getFloat64(0, true);
    if (!Number.isNaN(value)) words.push(value);
  } else if (['label', 'func', 'local', 'global', 'type'].includes(first ?? '')) words.push(reader.index);
  return words.join(' ');
}

function outline(bytes: Uint8Array): Outline {
  const module = decodeModule(bytes);
  const ends: number[][] = [];
  const code: string[][] = [];
  for (const body of module.bodies) {
    const bodyEnds: number[] = [];
    const bodyCode: string[] = [];
    walkBody(module, body, (reader) => {
      bodyEnds.push(reader.pos);
      bodyCode.push(describeInstruction(reader));
    });
    ends.push(bodyEnds);
    code.push(bodyCode);
  }
  // wasmparser has read a custom section's name when it tells of the section.
  const customs = module.customs.values();
  const sections = module.sections.map(
    ({ id, start }) => [id, id === 0 ? (customs.next().value?.start ?? start) : start] as const,
  );
  return { sections, ends, code };
}

describe.each(realModules)('%s', (path) => {
  const bytes = packageFile(path);

  test('has the sections and the instructions with their immediates and offsets that wasmparser finds', () => {
    const ours = outline(bytes);
    const theirs = outlineByWasmparser(bytes);
    expect(ours.sections).toEqual(theirs.sections);
    expect(ours.ends.length).toBe(theirs.ends.length);
    // Joined: matchers take minutes on millions of array elements.
    for (const [i, ends] of ours.ends.entries()) {
      expect(ends.join()).toBe(theirs.ends[i]?.join());
      expect(ours.code[i]?.join('\n')).toBe(theirs.code[i]?.join('\n'));
    }
  });
});

const sampleImmediates: Readonly<Record<ImmediateKind, Immediate>> = {
  block: 'empty',
  label: 0,
  labels: [0, 0, 0],
  func: 200,
  type: 1,
  table: 1,
  memory: 0,
  local: 129,
  global: 130,
  tag: 3,
  data: 4,
  elem: 5,
  field: 6,
  count: 2,
  heap: HEAP.struct,
  castflags: 1,
  catches: [
    { kind: 0, tag: 1, label: 0 },
    { kind: 3, tag: 0, label: 0 },
  ],
  types: [EXTERNREF],
  memarg: { align: 1, offset: 1234 },
  lane: 1,
  lanes: Array.from({ length: 16 }, (_, i) => i),
  i32: -5,
  i64: -6n,
  f32: 0x3fc0_0000,
  f64: 0x3ff8_0000_0000_0000n,
  v128: Array.from({ length: 16 }, (_, i) => i * 3),
};

test('every row of the instruction table has the name and length that wasmparser knows', () => {
  const builder = new ModuleBuilder();
  const type = builder.type([I32], []);
  const rows = instructions.filter((row) => row.name !== 'end');
  for (const row of rows) {
    const code = new ByteWriter();
    writeInstruction(code, row.name, ...row.immediates.map((kind) => sampleImmediates[kind]));
    if (row.effects.has('label')) code.u8(0x0b);
    builder.func({ type, code: code.toBytes() });
  }
  const bytes = builder.toBytes();
  const ours = outline(bytes);
  const theirs = outlineByWasmparser(bytes);
  const differences: string[] = [];
  for (const [i, row] of rows.entries()) {
    const name = theirs.code[i]?.[0]?.split(' ')[0];
    if (name !== (olderNames[row.name] ?? row.mnemonic) || theirs.ends[i]?.join() !== ours.ends[i]?.join()) {
      differences.push(`${row.name}: ${name} ${theirs.ends[i]?.join()} ${ours.ends[i]?.join()}`);
    }
  }
  expect(differences).toEqual([]);
});

interface AstNode {
  readonly type?: string;
  readonly id?: unknown;
  readonly section?: string;
  readonly startOffset?: number;
  readonly loc?: { readonly start: { readonly column: number } };
}

const { decode } = createRequire(import.meta.url)('@webassemblyjs/wasm-parser') as {
  decode: (bytes: Uint8Array, options: object) => { body: [{ fields: unknown; metadata: { sections: AstNode[] } }] };
};

/** Mnemonics that wasmparser spells as earlier drafts of the SIMD proposal did. */
const olderNames: Readonly<Record<string, string>> = {
  'v128.load8x8_s': 'i16x8.load8x8_s',
  'v128.load8x8_u': 'i16x8.load8x8_u',
  'v128.load16x4_s': 'i32x4.load16x4_s',
  'v128.load16x4_u': 'i32x4.load16x4_u',
  'v128.load32x2_s': 'i64x2.load32x2_s',
  'v128.load32x2_u': 'i64x2.load32x2_u',
  'v128.load8_splat': 'v8x16.load_splat',
  'v128.load16_splat': 'v16x8.load_splat',
  'v128.load32_splat': 'v32x4.load_splat',
  'v128.load64_splat': 'v64x2.load_splat',
  'i8x16.popcnt': 'i8x16_popcnt',
};

/** Offsets of all instructions but `else` and `end`, which the tree does not show everywhere, in order. */
function offsetsByWebassemblyjs(fields: unknown): number[] {
  const offsets = new Set<number>();
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) for (const item of value) visit(item);
    else if (typeof value === 'object' && value !== null) {
      const node: AstNode = value;
      const isInstruction = node.type?.endsWith('Instr') || node.type?.endsWith('Instruction');
      const isCode = isInstruction && node.type !== 'TypeInstruction' && node.id !== 'local' && node.id !== 'end';
      // Blocks and indirect calls are said to begin behind their opcode, all others at it.
      const isBehind = /^(Block|Loop|If|CallIndirect)Instruction$/.test(node.type ?? '');
      if (isCode && node.loc !== undefined) offsets.add(node.loc.start.column - (isBehind ? 1 : 0));
      for (const child of Object.values(value)) visit(child);
    }
  };
  visit(fields);
  return [...offsets].sort((a, b) => a - b);
}

/** Names that both sides use for sections which `@webassemblyjs/wasm-parser` lists. */
const sectionNames: Readonly<Record<string, string>> = { func: 'function' };

// Programs of the first version only: it takes the memory indices of memory.copy for instructions.
describe.each(['source-map/lib/mappings.wasm', 'vscode-oniguruma/release/onig.wasm'])('%s', (path) => {
  const bytes = packageFile(path);
  const [ast] = decode(bytes, {}).body;
  const module = decodeModule(bytes);

  test('has the sections that @webassemblyjs/wasm-parser finds', () => {
    const theirs = ast.metadata.sections
      .filter((s) => s.section !== 'custom')
      // Their offset is that of the size, behind the id.
      .map((s) => [sectionNames[s.section ?? ''] ?? s.section, s.startOffset]);
    const sizeOffset = (start: number, size: number): number => start - new ByteWriter().u32(size).length;
    const ours = module.sections.filter((s) => s.id !== 0).map((s) => [s.name, sizeOffset(s.start, s.end - s.start)]);
    expect(ours).toEqual(theirs);
  });

  test('has the instruction offsets that @webassemblyjs/wasm-parser finds', () => {
    const ours = new Map<number, string>();
    for (const body of module.bodies) {
      walkBody(module, body, (reader) => {
        const name = instructions[reader.op]?.name ?? '';
        if (name !== 'end' && name !== 'else') ours.set(reader.at, name);
      });
    }
    // Constant expressions of other sections have instructions as well.
    const { start = 0, end = 0 } = module.sections.find((s) => s.name === 'code') ?? {};
    const theirs = new Set(offsetsByWebassemblyjs(ast.fields).filter((offset) => offset >= start && offset < end));
    expect([...theirs].filter((offset) => !ours.has(offset))).toEqual([]);
    expect([...ours].filter(([offset]) => !theirs.has(offset))).toEqual([]);
  });
});
