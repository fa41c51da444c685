/** Cases of control instructions and calls, for `contextual-cases.ts`. */

import { type CaseTable, mismatch } from './contextual-case.ts';

export const controlCases = {
  unreachable: {
    accepted: [
      '(result i32 f64) unreachable',
      'unreachable drop drop',
      '(result i32) unreachable i32.add',
      'i32.const 1 f32.const 2 unreachable',
    ],
    // Never wrong by itself: what follows is.
    refused: [],
  },
  block: {
    accepted: [
      'block end',
      '(result i32) block (result i32) i32.const 1 end',
      '(result f32 i64) i64.const 1 f32.const 1 block (type $two2) call $two end',
      'unreachable block (param i32) drop end',
    ],
    refused: [
      ['block (param i32) drop end', mismatch],
      ['f32.const 0 block (param i32) drop end', mismatch],
      ['i32.const 0 block block (param i32) drop end end drop', mismatch],
    ],
  },
  loop: {
    accepted: [
      'loop end',
      '(result i32) loop (result i32) i32.const 1 end',
      'i32.const 0 loop (param i32) i32.const 1 br_if 0 br 0 end',
    ],
    refused: [
      ['loop (param i32) drop end', mismatch],
      ['i64.const 0 loop (param i32) drop end', mismatch],
    ],
  },
  if: {
    accepted: [
      'i32.const 0 if end',
      '(result i64) i32.const 0 if (result i64) i64.const 1 else i64.const 2 end',
      '(result i64) i64.const 5 i32.const 0 if (param i64) (result i64) end',
      'unreachable if end',
    ],
    refused: [
      ['if end', mismatch],
      ['i64.const 0 if end', mismatch],
      ['i32.const 0 if (param i64) drop else drop end', mismatch],
      ['f32.const 0 i32.const 0 if (param i64) drop else drop end', mismatch],
    ],
  },
  else: {
    accepted: [
      'i32.const 0 if else end',
      '(result i32) i32.const 0 if (result i32) unreachable else i32.const 1 end',
      'i64.const 1 i32.const 0 if (param i64) drop else drop end',
    ],
    refused: [
      ['i32.const 0 if (result i32) else i32.const 1 end drop', mismatch],
      ['i32.const 0 if (result i32) i64.const 1 else i32.const 1 end drop', mismatch],
      ['i32.const 0 if i32.const 1 else end', mismatch],
    ],
  },
  end: {
    accepted: ['block i32.const 1 drop end', '(result i32 i64) i32.const 1 i64.const 2', '(result i32) unreachable'],
    refused: [
      ['(result i32)', mismatch],
      ['(result i32) i64.const 1', mismatch],
      ['i32.const 1', mismatch],
      ['(result i32) i32.const 1 i32.const 1', mismatch],
      ['(result i32) unreachable i64.const 1', mismatch],
      ['unreachable i64.const 1', mismatch],
    ],
  },
  br: {
    accepted: [
      'br 0',
      '(result i32) i32.const 1 br 0',
      '(result i32) i64.const 1 i32.const 1 br 0',
      'block loop br 0 br 1 br 2 end end',
      '(result i32) block br 0 end i32.const 1',
      'br 0 drop i32.add drop',
    ],
    refused: [
      ['br 1', /^unknown label 1/],
      ['block br 4294967295 end', /^unknown label/],
      ['(result i32) br 0', mismatch],
      ['(result i32) i64.const 1 br 0', mismatch],
      ['(result i32) i32.const 1 block br 1 end', mismatch],
      ['i32.const 0 loop (param i32) drop br 0 end', mismatch],
      ['(result i32) unreachable i64.const 1 br 0', mismatch],
    ],
  },
  br_if: {
    accepted: [
      'i32.const 0 br_if 0',
      '(result i32) i32.const 1 i32.const 0 br_if 0',
      '(result i32) i64.const 1 i32.const 1 i32.const 0 br_if 0 br 0',
      'unreachable br_if 0',
      '(result i32) unreachable br_if 0',
    ],
    refused: [
      ['br_if 0', mismatch],
      ['i64.const 0 br_if 0', mismatch],
      ['i32.const 0 br_if 1', /^unknown label 1/],
      ['(result i32) i32.const 0 br_if 0 unreachable', mismatch],
      ['(result i32) f32.const 0 i32.const 0 br_if 0 unreachable', mismatch],
    ],
  },
  br_table: {
    accepted: [
      'i32.const 0 br_table 0',
      'block block i32.const 0 br_table 0 1 2 0 end end',
      '(result i32) block (result i32) i32.const 1 i32.const 0 br_table 0 1 end',
      'unreachable br_table 0',
      '(result i32) block (result i64) unreachable br_table 0 1 end drop i32.const 1',
      'i32.const 0 br_table 0 i32.add drop',
    ],
    refused: [
      ['br_table 0', mismatch],
      ['i64.const 0 br_table 0', mismatch],
      ['i32.const 0 br_table 1 0', /^unknown label 1/],
      ['i32.const 0 br_table 0 1', /^unknown label 1/],
      ['(result i32) block i32.const 1 i32.const 0 br_table 0 1 end i32.const 0', mismatch],
      ['(result i32) block (result i64) i32.const 1 i32.const 0 br_table 0 1 end drop i32.const 1', mismatch],
      ['(result i32) i32.const 0 br_table 0', mismatch],
      ['(result i32) block (result i32 i32) unreachable br_table 0 1 end drop', mismatch],
    ],
  },
  return: {
    accepted: [
      'return',
      '(result i32 i64) f32.const 0 i32.const 1 i64.const 2 return',
      'block loop return end end',
      '(result i32) unreachable return',
      'return i32.add drop',
    ],
    refused: [
      ['(result i32) return', mismatch],
      ['(result i32) i64.const 0 return', mismatch],
      ['(result i32) i32.const 0 block return end', mismatch],
    ],
  },
  call: {
    accepted: [
      '(result i32) i32.const 1 call $id',
      '(result f32 i64) i64.const 1 f32.const 1 call $two',
      '(result i32) unreachable call $id',
      'call $undeclared',
    ],
    refused: [
      ['call 99', /^unknown function 99/],
      ['(result i32) call $id', mismatch],
      ['(result i32) i64.const 1 call $id', mismatch],
      ['(result f32 i64) f32.const 1 i64.const 1 call $two', mismatch],
      ['(result i32) i32.const 1 block call $id drop end unreachable', mismatch],
    ],
  },
  call_indirect: {
    accepted: [
      '(result i32) i32.const 1 i32.const 0 call_indirect $t (type $ii)',
      'i32.const 0 call_indirect $t (type $v)',
      '(result i32) unreachable call_indirect $t (type $ii)',
    ],
    refused: [
      ['i32.const 0 call_indirect 9 (type $v)', /^unknown table 9/],
      ['i32.const 0 call_indirect $t (type 99)', /^unknown type 99/],
      ['i32.const 0 call_indirect $x (type $v)', mismatch],
      ['i32.const 0 call_indirect $t (type $s)', mismatch],
      ['call_indirect $t (type $v)', mismatch],
      ['i64.const 0 call_indirect $t (type $v)', mismatch],
      ['i32.const 0 call_indirect $t (type $ii) drop', mismatch],
      ['i64.const 1 i32.const 0 call_indirect $t (type $ii) drop', mismatch],
    ],
  },
  call_ref: {
    accepted: [
      '(result i32) i32.const 1 ref.null $ii call_ref $ii',
      '(result i32) i32.const 1 ref.func $id call_ref $ii',
      '(result i32) unreachable call_ref $ii',
    ],
    refused: [
      ['call_ref $v', mismatch],
      ['i32.const 0 call_ref $v', mismatch],
      ['ref.null $ii call_ref $v', mismatch],
      ['ref.null func call_ref $v', mismatch],
      ['ref.null $ii call_ref $ii drop', mismatch],
      ['ref.null $s call_ref $s', mismatch],
      ['ref.null $v call_ref 99', /^unknown type 99/],
    ],
    isUnknownToV8: true,
  },
  return_call: {
    accepted: [
      '(result i32) i32.const 1 return_call $id',
      'return_call $undeclared',
      '(result i32) i64.const 5 i32.const 1 return_call $id',
      'return_call $undeclared i32.add drop',
    ],
    refused: [
      ['return_call 99', /^unknown function 99/],
      ['(result i32) return_call $id', mismatch],
      ['(result i32) i64.const 1 return_call $id', mismatch],
      ['i32.const 1 return_call $id', mismatch],
      ['(result i64) i32.const 1 return_call $id', mismatch],
      ['(result i32) return_call $undeclared', mismatch],
    ],
  },
  return_call_indirect: {
    accepted: [
      '(result i32) i32.const 1 i32.const 0 return_call_indirect $t (type $ii)',
      'i32.const 0 return_call_indirect $t (type $v) drop',
    ],
    refused: [
      ['i32.const 0 return_call_indirect 9 (type $v)', /^unknown table 9/],
      ['i32.const 0 return_call_indirect $t (type 99)', /^unknown type 99/],
      ['i32.const 0 return_call_indirect $x (type $v)', mismatch],
      ['return_call_indirect $t (type $v)', mismatch],
      ['i32.const 0 return_call_indirect $t (type $ii)', mismatch],
      ['(result i32) i32.const 0 return_call_indirect $t (type $ii)', mismatch],
      ['(result i64) i32.const 0 i32.const 0 return_call_indirect $t (type $ii)', mismatch],
    ],
  },
  return_call_ref: {
    accepted: [
      '(result i32) i32.const 1 ref.func $id return_call_ref $ii',
      'ref.null $v return_call_ref $v i32.add drop',
    ],
    refused: [
      ['return_call_ref $v', mismatch],
      ['ref.null $ii return_call_ref $v', mismatch],
      ['ref.func $id return_call_ref $ii', mismatch],
      ['(result i64) i32.const 1 ref.func $id return_call_ref $ii', mismatch],
    ],
    isUnknownToV8: true,
  },
} as const satisfies CaseTable;
