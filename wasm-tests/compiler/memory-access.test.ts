/** The texts of loads and stores against V8's own WebAssembly: every kind of address, all bits, and where they trap. */

import { describe, expect, test } from 'vitest';
import {
  atom,
  bindable,
  compute,
  constant,
  type Expr,
  known,
  load,
  type Names,
  store,
} from '../../engine/compiler/expression.ts';
import { type Instruction, instruction } from '../../engine/isa/instructions.ts';
import { F32, F64, I32, I64, V128, type ValType } from '../../engine/isa/valtype.ts';
import { memarg } from '../support/build.ts';
import { describeDifference, sameOutcome } from '../support/compare.ts';
import { CompiledAccess, constantOfBytes, evaluate, TextNames, testMemory } from '../support/compiled-text.ts';
import { type Bytes, scalarEdges } from '../support/edge-values.ts';
import { memoryCases, sameMemory } from '../support/memory-cases.ts';
import { NativeInstruction } from '../support/native.ts';
import { shuffled } from '../support/random.ts';
import { rowGroups } from '../support/rows.ts';
import { some } from '../support/thorough.ts';

const scalarRows = rowGroups.access.filter((i) => !i.params.includes(V128) && !i.results.includes(V128));
const rows = some(scalarRows, 3);

/** Offsets that are multiples of all widths, of some and of none, and up to the highest. */
const offsets = [0, 1, 2, 3, 4, 8, 12, 16, 65528, 65536, 0x7ffffff8, 0x7fffffff, 0x80000000, 0xffffffff];

/** How the address is written: a variable, or an expression with the same value. */
const addresses: readonly (readonly [string, (local: Expr, names: Names) => Expr])[] = [
  ['a variable', (local) => local],
  ['a sum', (local, names) => compute(instruction('i32.add'), [local, known(I32, 0)], names)],
];

const addressKinds = addresses.flatMap(([name, makeAddress]) => [
  { name, makeAddress, hasDataView: true },
  { name: `${name}, by arrays`, makeAddress, hasDataView: false },
]);

/** Values to store, another one for each case. */
function valueSource(i: Instruction): () => Bytes[] {
  const [, type] = i.params;
  if (type === undefined) return () => [];
  const edges = shuffled(scalarEdges(type), i.opcode);
  let next = 0;
  return () => [edges[next++ % edges.length] as Bytes];
}

function bytesOfMemory(compiled: CompiledAccess): Bytes {
  return new Uint8Array(compiled.memory.native.buffer as ArrayBuffer);
}

describe.each(addressKinds)('at an address that is $name', ({ makeAddress, hasDataView }) => {
  test.each(rows)('$name does what V8 does', (i) => {
    const differences: string[] = [];
    let [compared, traps] = [0, 0];
    for (const offset of offsets) {
      const native = new NativeInstruction(i, memarg(offset));
      const compiled = new CompiledAccess(i, offset, makeAddress, { hasDataView });
      const values = valueSource(i);
      for (const { address, memory } of memoryCases(i, offset)) {
        const operands = [address, ...values()];
        native.memory.set(memory);
        bytesOfMemory(compiled).set(memory);
        const expected = native.run(operands);
        const actual = compiled.run(operands);
        compared++;
        if ('trap' in expected) traps++;
        const text = `${describeDifference(operands, expected, actual)} by ${compiled.text}`;
        if (!sameOutcome(expected, actual, { bits: 0, operands })) differences.push(text);
        else if (!sameMemory(native.memory, bytesOfMemory(compiled))) differences.push(`memory differs after ${text}`);
      }
    }
    expect(differences.slice(0, 5)).toEqual([]);
    expect(compared - traps).toBeGreaterThan(100);
    expect(traps).toBeGreaterThan(100);
  });
});

describe('at a constant address', () => {
  test.each(rows)('$name does what V8 does', (i) => {
    const differences: string[] = [];
    let compared = 0;
    for (const offset of offsets) {
      const native = new NativeInstruction(i, memarg(offset));
      const values = valueSource(i);
      for (const { address, memory } of memoryCases(i, offset)) {
        const value = new DataView(address.buffer).getInt32(0, true);
        const compiled = new CompiledAccess(i, offset, () => known(I32, value));
        const operands = [address, ...values()];
        native.memory.set(memory);
        bytesOfMemory(compiled).set(memory);
        const expected = native.run(operands);
        const actual = compiled.run(operands);
        compared++;
        const text = `${describeDifference(operands, expected, actual)} by ${compiled.text}`;
        if (!sameOutcome(expected, actual, { bits: 0, operands })) differences.push(text);
        else if (!sameMemory(native.memory, bytesOfMemory(compiled))) differences.push(`memory differs after ${text}`);
      }
    }
    expect(differences.slice(0, 5)).toEqual([]);
    expect(compared).toBeGreaterThan(200);
  });
});

/** Bits of floats as a load carries them to a store, for each edge value. */
describe('bits of floats survive a load, a local and a store', () => {
  const kinds = [
    { type: F32, loads: 'f32.load', stores: 'f32.store', width: 4 },
    { type: F64, loads: 'f64.load', stores: 'f64.store', width: 8 },
  ] as const;

  /** A function that copies `n` times from address 0 to address 8, all in one function that V8 optimises on the way. */
  function copier(kind: (typeof kinds)[number]): { run: (n: number) => void; bytes: Bytes } {
    const memory = testMemory();
    const names = new TextNames(memory);
    const value = load(instruction(kind.loads), atom(I32, 'a'), 0, 0, names);
    const storing = store(instruction(kind.stores), atom(I32, 'b'), atom(kind.type, 'l0'), 0, 0, names);
    const body = `let a = 0, b = 8, l0 = 0, l1 = 0; while (n-- > 0) { l1 = ${value.text}; l0 = l1; ${storing} }`;
    const code = `return (n) => { let t, u, w, p; ${body} };`;
    const run = new Function(...names.values.keys(), code)(...names.values.values());
    return { run, bytes: new Uint8Array(memory.native.buffer as ArrayBuffer) };
  }

  test.each(kinds)('$loads, in code that is interpreted, warm and optimised', (kind) => {
    for (const times of [1, 400, 20_000]) {
      const { run, bytes } = copier(kind);
      for (const edge of scalarEdges(kind.type)) {
        bytes.set(edge, 0);
        bytes.fill(0xa5, 8, 16);
        run(times);
        expect(Buffer.from(bytes.slice(8, 8 + kind.width)).toString('hex')).toBe(Buffer.from(edge).toString('hex'));
      }
    }
  });

  test.each(kinds)('constants of type $type stored to memory', ({ type, stores, width }) => {
    for (const edge of scalarEdges(type)) {
      const memory = testMemory();
      const names = new TextNames(memory);
      const text = store(instruction(stores), known(I32, 8), constantOfBytes(type, edge, names), 0, 0, names);
      evaluate(`(() => { ${text} })()`, names, new Map());
      const stored = new Uint8Array(memory.native.buffer as ArrayBuffer).slice(8, 8 + width);
      expect(Buffer.from(stored).toString('hex')).toBe(Buffer.from(edge).toString('hex'));
    }
  });
});

describe('the sign and the payload of a NaN', () => {
  /** Executes one instruction on the same bits many times in one function, so that V8 optimises it. */
  function repeated(name: 'f64.neg' | 'f64.abs' | 'f32.neg' | 'f32.abs', low: number, high: number): string[] {
    const i = instruction(name);
    const [type] = i.params as [ValType];
    const names = new TextNames();
    const e = compute(i, [atom(type, 'l0')], names);
    const value = constant(type, low, high, names);
    const bits = type === F32 ? 'exactBitsOfF32(r)' : '(sf64[0] = r, s64[0])';
    for (const helper of ['exactBitsOfF32', 'sf64', 's64']) names.bound(helper);
    const loop = `let l0 = ${value.text}, r; while (n-- > 0) { r = ${e.text}; } return ${bits};`;
    const run = new Function(...names.values.keys(), `return (n) => { ${loop} };`)(...names.values.values());
    return [1, 500, 30_000].map((n) => {
      const result: number | bigint = run(n);
      return typeof result === 'bigint' ? BigInt.asUintN(64, result).toString(16) : (result >>> 0).toString(16);
    });
  }

  test('in f64.neg and f64.abs', () => {
    expect(repeated('f64.neg', 1, 0x7ff40000)).toEqual(Array(3).fill('fff4000000000001'));
    expect(repeated('f64.neg', 7, 0xfff80000 | 0)).toEqual(Array(3).fill('7ff8000000000007'));
    expect(repeated('f64.abs', 1, 0xfff40000 | 0)).toEqual(Array(3).fill('7ff4000000000001'));
  });

  test('in f32.neg and f32.abs', () => {
    expect(repeated('f32.neg', 0x7fa00001, 0)).toEqual(Array(3).fill('ffa00001'));
    expect(repeated('f32.abs', 0xffa00001 | 0, 0)).toEqual(Array(3).fill('7fa00001'));
  });
});

describe('arithmetic makes signalling NaNs quiet', () => {
  /** Results of an instruction in one loop, as bits of an f64 or f32; the second operand is a constant. */
  function results(name: string, second: number | undefined): string[] {
    const i = instruction(name as 'f64.add');
    const [type] = i.params as [ValType];
    const memory = testMemory();
    const names = new TextNames(memory);
    const from = load(instruction(type === F32 ? 'f32.load' : 'f64.load'), atom(I32, 'a'), 0, 0, names);
    const operands = second === undefined ? [from] : [from, known(type, second)];
    const e = compute(i, operands, names);
    const storing = store(
      instruction(i.results[0] === F32 ? 'f32.store' : 'f64.store'),
      atom(I32, 'b'),
      e,
      0,
      0,
      names,
    );
    const code = `return (n) => { let a = 0, b = 8, t, u, w, p; while (n-- > 0) { ${storing} } };`;
    const run = new Function(...names.values.keys(), code)(...names.values.values());
    const view = new DataView(memory.native.buffer);
    if (type === F32) view.setInt32(0, 0x7fa00001, true);
    else view.setBigInt64(0, 0x7ff4000000000001n, true);
    return [1, 500, 50_000].map((n) => {
      run(n);
      const isQuiet = i.results[0] === F32 ? (view.getInt32(8, true) >> 22) & 1 : (view.getInt32(12, true) >> 19) & 1;
      return isQuiet === 1 ? 'quiet' : 'signalling';
    });
  }

  const neutral: (readonly [string, number | undefined])[] = ['f32', 'f64'].flatMap((type) => [
    ...[0, -0, 1].flatMap((value) => ['add', 'sub', 'mul', 'div'].map((name) => [`${type}.${name}`, value] as const)),
    [`${type}.mul`, -1] as const,
    [`${type}.div`, -1] as const,
    [`${type}.sqrt`, undefined] as const,
    [`${type}.nearest`, undefined] as const,
    [`${type}.min`, 0] as const,
  ]);

  test.each([...neutral, ['f64.promote_f32', undefined] as const, ['f32.demote_f64', undefined] as const])(
    '%s with %s',
    (name, second) => {
      expect(results(name, second)).toEqual(['quiet', 'quiet', 'quiet']);
    },
  );

  test('f32.demote_f64 of f64.promote_f32, which V8 leaves out', () => {
    const memory = testMemory();
    const names = new TextNames(memory);
    const from = load(instruction('f32.load'), atom(I32, 'a'), 0, 0, names);
    const there = compute(instruction('f64.promote_f32'), [from], names);
    const back = compute(instruction('f32.demote_f64'), [there], names);
    const storing = store(instruction('f32.store'), atom(I32, 'b'), back, 0, 0, names);
    const code = `return (n) => { let a = 0, b = 8, t, u, w, p; while (n-- > 0) { ${storing} } };`;
    const run = new Function(...names.values.keys(), code)(...names.values.values());
    const view = new DataView(memory.native.buffer);
    view.setInt32(0, 0x7fa00001, true);
    for (const n of [1, 500, 50_000]) {
      run(n);
      expect(view.getInt32(8, true).toString(16)).toBe('7fe00001');
    }
  });
});

describe('the text of an access', () => {
  const names = new TextNames(testMemory(), false);
  const viewed = new TextNames(testMemory());
  const l0 = atom(I32, 'l0');
  const sum = compute(instruction('i32.add'), [l0, atom(I32, 'l1')], names);
  const loaded = (
    name: 'i32.load' | 'i32.load8_u' | 'i64.load' | 'f32.load' | 'i64.load16_s',
    e: Expr,
    offset: number,
  ): string => load(instruction(name), e, offset, 0, names).text;

  test.each([
    [loaded('i32.load', l0, 0), '(u = I32[l0 >>> 2 | l0 << 30]) !== undefined ? u : (p = 17, m0.getInt32(l0, 0))'],
    [
      loaded('i32.load', sum, 16),
      '(u = I32[((t = l0 + l1 | 0) >>> 2) + 4 | t << 30]) !== undefined ? u : (p = 17, m0.getInt32(t, 16))',
    ],
    [
      loaded('i64.load', l0, 4),
      '(u = I64[(l0 + 4 | l0 >> 31) >>> 3 | l0 + 4 << 29]) !== undefined ? u : (p = 17, m0.getBigInt64(l0, 4))',
    ],
    [loaded('i32.load8_u', sum, 0), '(u = U8[t = l0 + l1 | 0]) !== undefined ? u : (p = 17, m0.getUint8(t, 0))'],
    [loaded('i32.load8_u', l0, 3), '(u = U8[(l0 >>> 0) + 3]) !== undefined ? u : (p = 17, m0.getUint8(l0, 3))'],
    [loaded('f32.load', l0, 0), '(u = +F32[l0 >>> 2 | l0 << 30]) === u ? u : (p = 17, m0.getFloat32(l0, 0))'],
    [loaded('i32.load', known(I32, 1024), 8), '(u = I32[258]) !== undefined ? u : (p = 17, m0.getInt32(1024, 8))'],
    [loaded('i32.load', l0, 2 ** 31), '(p = 17, m0.getInt32(l0, 2147483648))'],
    [
      loaded('i64.load16_s', l0, 0),
      'BigInt.asIntN(32, BigInt(((u = I16[l0 >>> 1 | l0 << 31]) !== undefined ? u : (p = 17, m0.getInt16(l0, 0))) >>> 0))',
    ],
    [
      store(instruction('i32.store'), l0, known(I32, -5), 8, 0, names),
      'if (I32[u = (l0 >>> 2) + 2 | l0 << 30] !== undefined) I32[u] = -5; else { p = 17; m0.setInt32(l0, 8, -5); }',
    ],
    [
      store(instruction('i32.store8'), sum, sum, 0, 0, names),
      'w = l0 + l1 | 0; t = l0 + l1 | 0; if (I8[w] !== undefined) I8[w] = t; else { p = 17; m0.setInt8(w, 0, t); }',
    ],
    [
      store(instruction('f32.store'), known(I32, 16), atom(F32, 'f0'), 0, 0, names),
      'if (f0 === f0 && F32[4] !== undefined) F32[4] = f0; else { p = 17; m0.setFloat32(16, 0, f0); }',
    ],
    [
      store(instruction('i64.store32'), l0, atom(I64, 'j0'), 0, 0, names),
      't = (s64[0] = j0, s32[0]); if (I32[u = l0 >>> 2 | l0 << 30] !== undefined) I32[u] = t; else { p = 17; m0.setInt32(l0, 0, t); }',
    ],
    [load(instruction('i32.load'), sum, 0, 0, viewed).text, 'DV.getInt32(l0 + l1 >>> 0, p = 17)'],
    [
      load(instruction('f32.load'), sum, 0, 0, viewed).text,
      '(u = DV.getFloat32((t = l0 + l1 | 0) >>> 0, p = 17)) === u ? u : m0.getFloat32(t, 0)',
    ],
    [
      load(instruction('i32.load'), l0, 4, 0, viewed).text,
      '(u = I32[(l0 >>> 2) + 1 | l0 << 30]) !== undefined ? u : (p = 17, m0.getInt32(l0, 4))',
    ],
    [store(instruction('f64.store'), sum, atom(F64, 'x0'), 0, 0, viewed), 'DV.setFloat64(l0 + l1 >>> 0, x0, p = 17);'],
    [
      store(instruction('f32.store'), l0, atom(F32, 'f0'), 0, 0, viewed),
      'if (f0 === f0 && F32[u = l0 >>> 2 | l0 << 30] !== undefined) F32[u] = f0; else { p = 17; m0.setFloat32(l0, 0, f0); }',
    ],
  ])('%s', (actual, expected) => {
    expect(actual).toBe(expected);
  });

  test('says that a load can trap and reads memory, and what contains one too', () => {
    const value = load(instruction('i32.load'), l0, 0, 0, names);
    expect(value).toMatchObject({ canTrap: true, readsMemory: true });
    expect(compute(instruction('i32.add'), [value, l0], names)).toMatchObject({ canTrap: true, readsMemory: true });
    expect(sum).toMatchObject({ canTrap: false, readsMemory: false });
  });

  test('binds only what there is', () => {
    for (const name of [...names.values.keys(), ...viewed.values.keys()])
      expect(bindable.has(name) || /^([A-Z]+\d+|DV|m0)$/.test(name), name).toBe(true);
  });
});

describe('nested accesses keep their scratch variables apart', () => {
  const memory = testMemory();
  const view = new DataView(memory.native.buffer);

  function execute(statements: string, names: TextNames): unknown {
    return evaluate(`(() => { ${statements} })()`, names, new Map());
  }

  test('an address that is a loaded sum, and a value that is loaded', () => {
    const names = new TextNames(memory);
    const add = (a: Expr, b: number): Expr => compute(instruction('i32.add'), [a, known(I32, b)], names);
    const loadAt = (a: Expr): Expr => load(instruction('i32.load'), a, 4, 0, names);
    view.setInt32(100, 200, true);
    view.setInt32(210, 300, true);
    view.setInt32(320, 0x12345678, true);
    // 100 -> 200; 200 + 6 + 4 = 210 -> 300 (misaligned); the value from 300 + 16 + 4 = 320.
    const chain = loadAt(add(loadAt(add(known(I32, 96), 0)), 6));
    const storing = store(instruction('i32.store'), add(chain, 100), loadAt(add(chain, 16)), 1, 0, names);
    execute(storing, names);
    expect(view.getInt32(401, true)).toBe(0x12345678);
  });

  test('the site is that of what trapped', () => {
    let next = 0;
    class NumberedNames extends TextNames {
      override site(): string {
        return `p = ${++next}`;
      }
    }
    const names = new NumberedNames(memory);
    const outside = (site: string): string => `let p; try { ${site} } catch (e) { return [e.name, p]; }`;
    const value = load(instruction('i32.load'), known(I32, -8), 0, 0, names);
    const address = load(instruction('i32.load'), known(I32, 0), 0, 0, names);
    const storing = store(instruction('i32.store'), address, value, 0xffff, 0, names);
    view.setInt32(0, 0x10000, true);
    expect(execute(outside(storing), names)).toEqual(['RangeError', 1]);
    const late = store(instruction('i32.store'), address, known(I32, 1), 0xffff, 0, names);
    expect(execute(outside(late), names)).toEqual(['RangeError', 4]);
  });
});

describe('memories of other sizes', () => {
  test('an empty one traps everywhere', () => {
    for (const i of rows) {
      const compiled = new CompiledAccess(i, 0, (local) => local, { memory: testMemory(0) });
      expect(compiled.run([new Uint8Array(4), new Uint8Array(8)]), i.name).toEqual({
        trap: 'memory access out of bounds',
      });
    }
  });

  test.each([
    [32768, 2 ** 31],
    [32769, 2 ** 31 + 65536],
  ])('%i pages: what lies at the end is read and written', (pages, size) => {
    const memory = testMemory(pages);
    for (const [stores, loads, value] of [
      ['i32.store', 'i32.load', 0x1234567],
      ['i32.store8', 'i32.load8_u', 0x67],
    ] as const) {
      for (const [address, offset] of [
        [size - 4, 0],
        [size - 8, 4],
        [size - 7, 3],
        [16, size - 20],
      ] as const) {
        const operands = [new Uint8Array(new Int32Array([address]).buffer)];
        const bytes = new Uint8Array(new Int32Array([value]).buffer);
        const write = new CompiledAccess(instruction(stores), offset, (local) => local, { memory });
        const read = new CompiledAccess(instruction(loads), offset, (local) => local, { memory });
        expect(write.run([...operands, bytes])).toEqual({ result: new Uint8Array(0) });
        expect(read.run(operands)).toEqual({ result: bytes });
      }
      const beyond = new CompiledAccess(instruction(loads), 0, (local) => local, { memory });
      const end = new Uint8Array(new Int32Array([size]).buffer);
      expect(beyond.run([end])).toEqual({ trap: 'memory access out of bounds' });
    }
  });
});
