/** Stand-ins for imports, for `--stub-imports`: functions log and return zeros, everything else is empty. */

import {
  externTypeText,
  funcTypeOf,
  type GlobalType,
  type Import,
  type Limits,
  type Module,
  type TableType,
  valtype,
  type WebAssemblyNamespace,
} from '../engine/index.ts';
import { CliError } from './errors.ts';
import { printMessage } from './output.ts';
import { printable } from './text.ts';
import { formatValue } from './values.ts';

const { F32, F64, I32, I64, isRef, typeName } = valtype;
type ValType = valtype.ValType;

/** The types that the constructors of the JavaScript API know. */
type DescriptorName = 'i32' | 'i64' | 'f32' | 'f64' | 'externref' | 'anyfunc';

export function createStub(wasm: WebAssemblyNamespace, module: Module, i: Import): unknown {
  const refuse = (reason: string): CliError =>
    new CliError(`cannot stub ${i.module}.${i.name} ${externTypeText(module, i.type)}: ${reason}`);
  switch (i.type.kind) {
    case 'function':
      return stubFunction(i, i.type.type);
    case 'memory':
      if (i.type.isShared || i.type.is64) throw refuse('only unshared memories with 32-bit addresses can be made');
      return new wasm.Memory(limits(i.type));
    case 'table':
      return stubTable(wasm, i.type, refuse);
    case 'global':
      return stubGlobal(wasm, i.type, refuse);
    case 'tag':
      return new wasm.Tag({
        parameters: (funcTypeOf(i.type.type)?.params ?? []).map((t) => descriptorName(t, refuse)),
      });
  }
}

type Refuse = (reason: string) => CliError;

function limits({ min, max }: Limits): { initial: number; maximum?: number } {
  return max === undefined ? { initial: min } : { initial: min, maximum: max };
}

function zero(type: ValType): unknown {
  if (type === I64) return 0n;
  return isRef(type) ? null : 0;
}

function descriptorName(type: ValType, refuse: Refuse): DescriptorName {
  const name = typeName(type);
  if (name === 'funcref') return 'anyfunc';
  if (type === I32 || type === I64 || type === F32 || type === F64 || name === 'externref')
    return name as DescriptorName;
  throw refuse(`the JavaScript API of WebAssembly cannot make one with the type ${name}`);
}

function stubFunction({ module, name }: Import, type: number): (...args: unknown[]) => unknown {
  const { params = [], results = [] } = funcTypeOf(type) ?? {};
  const zeros = results.map(zero);
  const returned = results.length === 0 ? '' : ` -> ${zeros.map((v, i) => formatValue(v, results[i] ?? 0)).join(', ')}`;
  return (...args) => {
    const given = params.map((param, i) => formatValue(args[i], param)).join(', ');
    printMessage(`wiz: stub ${printable(`${module}.${name}`)}(${given})${returned}\n`);
    return results.length > 1 ? zeros : zeros[0];
  };
}

function stubTable(wasm: WebAssemblyNamespace, type: TableType, refuse: Refuse): unknown {
  if (type.is64) throw refuse('only tables with 32-bit addresses can be made');
  const element = descriptorName(type.element, refuse);
  if (element !== 'anyfunc' && element !== 'externref') throw refuse('its elements are no references');
  return new wasm.Table({ ...limits(type), element });
}

function stubGlobal(wasm: WebAssemblyNamespace, { type, isMutable }: GlobalType, refuse: Refuse): unknown {
  return new wasm.Global({ value: descriptorName(type, refuse), mutable: isMutable }, zero(type));
}
