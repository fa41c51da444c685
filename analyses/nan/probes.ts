/** Probes at instructions that can make a NaN. */

import type { Frame, LocalProbe, Location, Module, Needs } from '../../engine/index.ts';
import { type Binary, isNanBits, type LaneType, type NanRule, type Ternary, type Unary } from './arithmetic.ts';
import type { FirstNan, NanProducer } from './data.ts';

/** How many instructions of a module have produced NaNs so far. */
export interface NanOrder {
  next: number;
}

/** What an instruction did, in all instances. */
export class NanState {
  private nans = 0;
  private first: FirstNan | undefined;
  private readonly order: NanOrder;

  constructor(order: NanOrder) {
    this.order = order;
  }

  found(...operands: readonly (number | bigint)[]): void {
    this.nans++;
    this.first ??= { order: this.order.next++, operands: operands.map(text) };
  }

  /** undefined where it produced none. */
  result(): NanProducer | undefined {
    const { nans, first } = this;
    return first === undefined ? undefined : { nans, first };
  }
}

function text(operand: number | bigint): string {
  return Object.is(operand, -0) ? '-0' : String(operand);
}

abstract class NanProbe implements LocalProbe {
  readonly name = 'nan';
  readonly needs: Needs;
  protected readonly state: NanState;

  constructor(state: NanState, operands: number) {
    this.needs = { frame: false, operands };
    this.state = state;
  }

  abstract fire(frame: Frame, ...operands: readonly unknown[]): void;
}

class UnaryProbe extends NanProbe {
  private readonly compute: Unary;

  constructor(state: NanState, compute: Unary) {
    super(state, 1);
    this.compute = compute;
  }

  fire(_frame: Frame, a: number): void {
    if (Number.isNaN(this.compute(a)) && !Number.isNaN(a)) this.state.found(a);
  }
}

class BinaryProbe extends NanProbe {
  private readonly compute: Binary;

  constructor(state: NanState, compute: Binary) {
    super(state, 2);
    this.compute = compute;
  }

  fire(_frame: Frame, b: number, a: number): void {
    if (Number.isNaN(this.compute(a, b)) && !Number.isNaN(a) && !Number.isNaN(b)) this.state.found(a, b);
  }
}

/** Lanes of vectors: of each operand one lane at a time. */
class LanesProbe extends NanProbe {
  private readonly lane: LaneType;
  private readonly operands: number;
  private readonly compute: Ternary;

  constructor(state: NanState, { lane, operands, compute }: Extract<NanRule, { kind: 'lanes' }>) {
    super(state, operands);
    this.lane = lane;
    this.operands = operands;
    this.compute = compute;
  }

  // Top of the stack first: of three, what is added comes first.
  fire(_frame: Frame, top: Uint8Array, second?: Uint8Array, third?: Uint8Array): void {
    const vectors = [top, second, third].slice(0, this.operands).reverse() as Uint8Array[];
    const lanes = vectors.map((bytes) => this.lanesOf(bytes));
    for (let i = 0; i < (lanes[0]?.length ?? 0); i++) {
      const [a = 0, b = 0, c = 0] = lanes.map((values) => values[i] as number);
      if (!Number.isNaN(this.compute(a, b, c))) continue;
      const values = [a, b, c].slice(0, this.operands);
      if (!values.some(Number.isNaN)) this.state.found(...values);
    }
  }

  private lanesOf(bytes: Uint8Array): number[] {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return this.lane === 'f32'
      ? [0, 4, 8, 12].map((at) => view.getFloat32(at, true))
      : [0, 8].map((at) => view.getFloat64(at, true));
  }
}

class BitsProbe extends NanProbe {
  constructor(state: NanState) {
    super(state, 1);
  }

  fire(_frame: Frame, bits: number | bigint): void {
    if (isNanBits(bits)) this.state.found(bits);
  }
}

class ConstProbe extends NanProbe {
  constructor(state: NanState) {
    super(state, 0);
  }

  fire(): void {
    this.state.found();
  }
}

/** Is the constant of a `f32.const` or `f64.const` a NaN? It stands behind the opcode, which is one byte. */
export function isNanConst(module: Module, { offset }: Location, lane: LaneType): boolean {
  const { buffer, byteOffset } = module.bytes;
  const view = new DataView(buffer, byteOffset + offset + 1);
  return Number.isNaN(lane === 'f32' ? view.getFloat32(0, true) : view.getFloat64(0, true));
}

/** The probe for an instruction. */
export function nanProbe(state: NanState, rule: NanRule): LocalProbe {
  switch (rule.kind) {
    case 'unary':
      return new UnaryProbe(state, rule.compute);
    case 'binary':
      return new BinaryProbe(state, rule.compute);
    case 'lanes':
      return new LanesProbe(state, rule);
    case 'bits':
      return new BitsProbe(state);
    default:
      return new ConstProbe(state);
  }
}
