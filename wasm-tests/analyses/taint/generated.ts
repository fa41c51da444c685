/**
 * Modules of random data flow, the same for the same seed. What comes from the inputs decides nothing but values: not which way control goes,
 * where is stored, how often something happens. So whatever an input changes, it changes by data.
 */

import { type Instruction, instructions, valtype } from '../../../engine/index.ts';
import { Random } from '../../fuzz/random.ts';

export const INPUTS = 3;
const FUNCTIONS = 5;
/** Locals of each type, and parameters. */
const LOCALS = 2;
/** Bytes of memory, from address 0 on, that hold data. */
const DATA_BYTES = 64;

const names = { i32: valtype.I32, i64: valtype.I64, f32: valtype.F32, f64: valtype.F64, v128: valtype.V128 };
type Type = keyof typeof names;
const types = Object.keys(names) as [Type, ...Type[]];
const nameOf = new Map<number, Type>(types.map((type) => [names[type], type]));

/** What computes: every row of the table that has one type, and can neither trap nor reach memory. */
function computing(type: Type): readonly Instruction[] {
  return instructions.filter(
    ({ isContextual, isDecodedOnly, effects, access, immediates, params, results }) =>
      !isContextual &&
      !isDecodedOnly &&
      effects.size === 0 &&
      access.reads === undefined &&
      access.writes === undefined &&
      immediates.length === 0 &&
      params.length > 0 &&
      results.length === 1 &&
      nameOf.get(results[0] as number) === type,
  );
}

const operations = new Map(types.map((type) => [type, computing(type) as [Instruction, ...Instruction[]]]));
/** Those of them whose results tell much of their operands. */
const keeping = new Map(
  types.map((type) => {
    const some = computing(type).filter(({ mnemonic }) =>
      /\.(add|sub|xor|rotl|extend_i32_s|wrap_i64|promote|splat)/.test(mnemonic),
    );
    return [type, some as [Instruction, ...Instruction[]]];
  }),
);
const loads = new Map(types.map((type) => [type, accesses(type, 'reads')]));
const stores = new Map(types.map((type) => [type, accesses(type, 'writes')]));

/** Loads that give a type, and stores that take one; those of single lanes are made by hand. */
function accesses(type: Type, way: 'reads' | 'writes'): [Instruction, ...Instruction[]] {
  return instructions.filter(
    ({ immediates, access, params, results }) =>
      immediates.join() === 'memarg' &&
      access[way] !== undefined &&
      nameOf.get([...results, ...params].at(way === 'reads' ? 0 : 1) as number) === type,
  ) as [Instruction, ...Instruction[]];
}

export interface GeneratedModule {
  readonly text: string;
  /** Number of imports `put0`, `put1`, ..., which are told values. */
  readonly outputs: number;
}

export function generatedFlow(seed: number): GeneratedModule {
  return new Generator(seed).module();
}

/** How data becomes an i32 that is put out. */
const narrowed: Readonly<Record<Type, (value: string) => string>> = {
  i32: (value) => value,
  i64: (value) => `(i32.wrap_i64 (i64.xor ${value} (i64.shr_u ${value} (i64.const 32))))`,
  f32: (value) => `(i32.reinterpret_f32 ${value})`,
  f64: (value) => `(i32.wrap_i64 (i64.reinterpret_f64 ${value}))`,
  v128: (value) => `(i32x4.extract_lane 1 ${value})`,
};

class Generator {
  private readonly random: Random;
  private outputs = 0;
  /** Functions that may be called: those before. */
  private callable = 0;

  constructor(seed: number) {
    this.random = new Random(seed);
  }

  module(): GeneratedModule {
    const bodies = Array.from({ length: FUNCTIONS }, (_, i) => this.func(i));
    const main = this.main();
    const puts = Array.from({ length: this.outputs }, (_, k) => `(import "env" "put${k}" (func $put${k} (param i32)))`);
    const ins = Array.from({ length: INPUTS }, (_, k) => `(import "env" "in${k}" (func $in${k} (result i32)))`);
    const text = `(module ${ins.join(' ')} ${puts.join(' ')}
      (import "env" "mix" (func $mix (param i32 i64) (result i32)))
      (import "env" "again" (func $again))
      (type $flow (func (param i32 i32 i64 f64) (result i32)))
      (memory (export "memory") 1) (data $bytes "some bytes that are constant") (data (i32.const 0) "and some that are there")
      (global $gi (mut i32) (i32.const 1)) (global $gl (mut i64) (i64.const 2)) (global $gd (mut f64) (f64.const 3))
      (table $funcs ${FUNCTIONS} funcref) (elem (table $funcs) (i32.const 0) func ${bodies.map((_, i) => `$f${i}`).join(' ')})
      (func $two (param i32 i64) (result i64 i32) (local.get 1) (local.get 0))
      ${bodies.join('\n')}
      ${main})`;
    return { text, outputs: this.outputs };
  }

  private func(index: number): string {
    this.callable = index;
    const last = this.data('i32', 3);
    const tail = this.random.below(3) === 0 && index > 0;
    const args = tail ? `(local.get $control) ${last} ${this.data('i64', 2)} ${this.data('f64', 2)}` : '';
    const end = tail ? `(return_call $f${this.random.below(index)} ${args})` : last;
    return `(func $f${index} ${index === 0 ? '(export "inner")' : ''} (param $control i32) (param $i32_p i32) (param $i64_p i64) (param $f64_p f64) (result i32)
      ${locals()} ${this.statements(5)} ${end})`;
  }

  /** Takes the inputs, calls everything, and puts out the memory and the globals at the end. */
  private main(): string {
    this.callable = FUNCTIONS;
    const inputs = Array.from(
      { length: INPUTS },
      (_, k) => `(local.set $i32_${k % LOCALS} (call $in${k})) (i32.store (i32.const ${8 * k}) (call $in${k}))
        (local.set $i64_${k % LOCALS} (i64.extend_i32_s (call $in${k}))) (local.set $f64_${k % LOCALS} (f64.convert_i32_s (call $in${k})))
        (local.set $v128_${k % LOCALS} (i32x4.splat (call $in${k})))`,
    );
    const words = Array.from({ length: DATA_BYTES / 4 }, (_, k) => this.put(`(i32.load (i32.const ${4 * k}))`));
    const globals = [
      this.put('(global.get $gi)'),
      this.put(narrowed.i64('(global.get $gl)')),
      this.put(narrowed.f64('(global.get $gd)')),
    ];
    return `(func (export "main") (local $control i32) (local $i32_p i32) (local $i64_p i64) (local $f64_p f64) ${locals()}
      ${inputs.join(' ')} ${this.statements(12)} ${words.join(' ')} ${globals.join(' ')})`;
  }

  private put(value: string): string {
    return `(call $put${this.outputs++} ${value})`;
  }

  private statements(count: number): string {
    return Array.from({ length: count }, () => this.statement()).join('\n');
  }

  private statement(depth = 2): string {
    const type = this.random.below(2) === 0 ? 'i32' : this.random.pick(types);
    const address = `(i32.const ${this.random.below(DATA_BYTES - 16)})`;
    switch (this.random.below(depth > 0 ? 14 : 8)) {
      case 0:
      case 1:
        return `(local.set ${this.local(type)} ${this.data(type)})`;
      case 2: {
        const { mnemonic } = this.random.pick(stores.get(type) as [Instruction, ...Instruction[]]);
        return `(${mnemonic} ${address} ${this.data(type)})`;
      }
      case 3:
        return this.put(narrowed[type](`(local.get ${this.local(type)})`));
      case 4:
        return this.random.pick([
          `(global.set $gi ${this.data('i32')})`,
          `(global.set $gl ${this.data('i64')})`,
          `(global.set $gd ${this.data('f64')})`,
        ]);
      case 5:
        return `(v128.store32_lane ${this.random.below(4)} ${address} ${this.data('v128')})`;
      case 6:
        return this.random.pick([
          `(memory.copy ${address} (i32.const ${this.random.below(DATA_BYTES - 16)}) (i32.const ${this.random.below(16)}))`,
          `(memory.fill ${address} ${this.data('i32')} (i32.const ${this.random.below(8)}))`,
          `(memory.init $bytes ${address} (i32.const ${this.random.below(10)}) (i32.const ${this.random.below(8)}))`,
        ]);
      case 7:
        return this.random.below(3) === 0
          ? '(call $again)'
          : `(local.set $control (i32.add (local.get $control) (i32.const 1)))`;
      case 8:
        return `(if ${this.control()} (then ${this.statement(depth - 1)} ${this.statement(depth - 1)}) (else ${this.statement(depth - 1)}))`;
      case 9:
        return this.loop(depth);
      case 10:
        return `(call $two ${this.data('i32')} ${this.data('i64')}) (local.set ${this.local('i32')}) (local.set ${this.local('i64')})`;
      case 11:
        return `(block (br_table 0 0 ${this.control()}) ${this.statement(depth - 1)})`;
      default:
        return this.put(this.data('i32', 3));
    }
  }

  private loop(depth: number): string {
    return `(local.set $round (i32.const 0)) ${this.data('i32', 1)}
      (loop $again (param i32) (result i32)
        (local.set ${this.local('i32')})
        ${this.statement(0)} ${this.statement(Math.min(depth - 1, 0))}
        ${this.data('i32', 1)}
        (br_if $again (i32.lt_u (local.tee $round (i32.add (local.get $round) (i32.const 1))) (i32.const 3))))
      (local.set ${this.local('i32')})`;
  }

  /** An i32 that comes from no input. */
  private control(): string {
    return this.random.pick([
      '(i32.and (local.get $control) (i32.const 1))',
      '(i32.and (local.get $control) (i32.const 2))',
      '(i32.const 0)',
      '(i32.const 1)',
    ]);
  }

  private local(type: Type): string {
    const i = this.random.below(LOCALS + 1);
    return i === LOCALS && (type === 'i32' || type === 'i64' || type === 'f64')
      ? `$${type}_p`
      : `$${type}_${i % LOCALS}`;
  }

  /** A value that may come from inputs. */
  private data(type: Type, depth = 2): string {
    const { random } = this;
    if (depth === 0) return random.below(8) === 0 ? constant(type, random) : `(local.get ${this.local(type)})`;
    const one = (of: Type): string => this.data(of, depth - 1);
    switch (random.below(11)) {
      case 0:
        return `(select (result ${type}) ${one(type)} ${one(type)} ${random.below(2) === 0 ? one('i32') : this.control()})`;
      case 1:
        return `(if (result ${type}) ${this.control()} (then ${one(type)}) (else ${one(type)}))`;
      case 2:
        return `(block (result ${type}) (i32.const 7) ${one(type)} (br_if 0 ${this.control()}) (drop) (drop) ${one(type)})`;
      case 3:
        return `(block (result ${type}) (i32.const 7) ${one(type)} (br 0))`;
      case 4:
        return `(block (result ${type}) (block (result ${type}) (i32.const 8) ${one(type)} (br_table 0 1 ${this.control()})) (drop) ${one(type)})`;
      case 5:
      case 6: {
        const { mnemonic } = random.pick(loads.get(type) as [Instruction, ...Instruction[]]);
        const isData = random.below(2) === 0;
        const address = isData
          ? `(i32.and ${one('i32')} (i32.const 31))`
          : `(i32.const ${random.below(DATA_BYTES - 16)})`;
        return `(${mnemonic} ${address})`;
      }
      case 7:
        return this.call(type, depth);
      default: {
        // Most operations lose most of what they are given, and little would be seen of it at the end.
        const all = random.below(2) === 0 ? operations : keeping;
        const { mnemonic, params } = random.pick(all.get(type) as [Instruction, ...Instruction[]]);
        return `(${mnemonic} ${params.map((param) => one(nameOf.get(param) as Type)).join(' ')})`;
      }
    }
  }

  private call(type: Type, depth: number): string {
    const { random, callable } = this;
    if (type === 'i64') return '(global.get $gl)';
    if (type === 'f64') return '(global.get $gd)';
    if (type === 'v128') return `(v128.load32_lane 2 (i32.const 12) ${this.data('v128', depth - 1)})`;
    if (type === 'f32') return `(f32.demote_f64 ${this.data('f64', depth - 1)})`;
    if (random.below(3) === 0) return `(call $mix ${this.data('i32', depth - 1)} ${this.data('i64', depth - 1)})`;
    if (callable === 0) return '(global.get $gi)';
    const args = `(local.get $control) ${this.data('i32', depth - 1)} ${this.data('i64', 0)} ${this.data('f64', 0)}`;
    const target = random.below(callable);
    if (random.below(2) === 0) return `(call $f${target} ${args})`;
    return `(call_indirect $funcs (type $flow) ${args} (i32.const ${target}))`;
  }
}

function locals(): string {
  const data = types.flatMap((type) => Array.from({ length: LOCALS }, (_, i) => `(local $${type}_${i} ${type})`));
  return `(local $round i32) ${data.join(' ')}`;
}

function constant(type: Type, random: Random): string {
  if (type === 'v128') return `(v128.const i32x4 ${Array.from({ length: 4 }, () => random.below(1000)).join(' ')})`;
  return `(${type}.const ${random.below(1000) - 500})`;
}
