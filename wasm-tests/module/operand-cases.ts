/** Cases of the instructions on operands, variables, tables and references, for `contextual-cases.ts`. */

import { type CaseTable, mismatch } from './contextual-case.ts';

export const operandCases = {
  drop: {
    accepted: [
      'i32.const 0 drop',
      'v128.const i64x2 0 0 drop',
      'ref.null func drop',
      'unreachable drop',
      'br 0 drop drop',
    ],
    refused: [
      ['drop', mismatch],
      ['i32.const 0 drop drop', mismatch],
      ['i32.const 0 block drop end', mismatch],
    ],
  },
  select: {
    accepted: [
      '(result i32) i32.const 1 i32.const 2 i32.const 0 select',
      '(result f64) f64.const 1 f64.const 2 i32.const 0 select',
      '(result v128) v128.const i64x2 0 0 v128.const i64x2 0 0 i32.const 0 select',
      '(result i64) unreachable select',
      '(result i64) unreachable i64.const 1 i32.const 0 select',
      '(result i32) unreachable i32.const 0 select',
    ],
    refused: [
      ['select drop', mismatch],
      ['i32.const 0 select drop', mismatch],
      ['i32.const 1 i32.const 0 select drop', mismatch],
      ['i32.const 1 i32.const 2 i64.const 0 select drop', mismatch],
      ['i32.const 1 i64.const 2 i32.const 0 select drop', mismatch],
      ['ref.null func ref.null func i32.const 0 select drop', mismatch],
      ['unreachable ref.null extern i32.const 0 select drop', mismatch],
    ],
  },
  'select t': {
    accepted: [
      '(result i32) i32.const 1 i32.const 2 i32.const 0 select (result i32)',
      '(result externref) ref.null extern ref.null extern i32.const 0 select (result externref)',
      '(result i64) unreachable select (result i64)',
    ],
    refused: [
      ['i32.const 1 i32.const 2 i32.const 0 select (result i64) drop', mismatch],
      ['i64.const 1 i32.const 2 i32.const 0 select (result i32) drop', mismatch],
      ['ref.null func ref.null extern i32.const 0 select (result externref) drop', mismatch],
      ['ref.null extern i32.const 0 select (result externref) drop', mismatch],
      ['i32.const 1 i32.const 2 i32.const 0 select (result i32 i32) drop', /^invalid result arity/],
    ],
  },
  'local.get': {
    accepted: [
      '(param i64) (result i64) local.get 0',
      '(result f32) (local i32 f32) local.get 1',
      '(result externref) (local externref) local.get 0',
    ],
    refused: [
      ['local.get 0 drop', /^unknown local 0/],
      ['(param i32) (local i32) local.get 2 drop', /^unknown local 2/],
      ['(local (ref $ii)) local.get 0 drop', /^uninitialized local 0/],
    ],
  },
  'local.set': {
    accepted: ['(param i64) i64.const 1 local.set 0', '(local f32) unreachable local.set 0'],
    refused: [
      ['i32.const 0 local.set 0', /^unknown local 0/],
      ['(local i32) local.set 0', mismatch],
      ['(local i32) i64.const 0 local.set 0', mismatch],
      ['(local externref) ref.null func local.set 0', mismatch],
    ],
  },
  'local.tee': {
    accepted: ['(param i64) (result i64) i64.const 1 local.tee 0', '(result f32) (local f32) unreachable local.tee 0'],
    refused: [
      ['i32.const 0 local.tee 0 drop', /^unknown local 0/],
      ['(local i32) local.tee 0 drop', mismatch],
      ['(local i32) i64.const 0 local.tee 0 drop', mismatch],
    ],
  },
  'global.get': {
    accepted: ['(result i32) global.get $c', '(result i64) global.get $m', '(result externref) global.get $r'],
    refused: [['global.get 9 drop', /^unknown global 9/]],
  },
  'global.set': {
    accepted: ['i64.const 1 global.set $m', 'ref.null extern global.set $r', 'unreachable global.set $m'],
    refused: [
      ['i32.const 0 global.set 9', /^unknown global 9/],
      ['i32.const 0 global.set $c', /^immutable global/],
      ['global.set $m', mismatch],
      ['i32.const 0 global.set $m', mismatch],
      ['ref.null func global.set $r', mismatch],
    ],
  },
  'memory.copy': {
    accepted: ['i32.const 0 i32.const 0 i32.const 0 memory.copy', 'unreachable memory.copy'],
    refused: [
      ['i32.const 0 i32.const 0 memory.copy', mismatch],
      ['i64.const 0 i32.const 0 i32.const 0 memory.copy', mismatch],
      ['i32.const 0 i64.const 0 i32.const 0 memory.copy', mismatch],
      ['i32.const 0 i32.const 0 i64.const 0 memory.copy', mismatch],
      ['i32.const 0 i32.const 0 i32.const 0 memory.copy 1 0', /^unknown memory 1/],
      ['i32.const 0 i32.const 0 i32.const 0 memory.copy 0 1', /^unknown memory 1/],
    ],
  },
  'table.init': {
    accepted: [
      'i32.const 0 i32.const 0 i32.const 0 table.init $t $e',
      'unreachable table.init $x $ex',
      'unreachable table.init $n $en',
      'unreachable table.init $t $en',
    ],
    refused: [
      ['i32.const 0 i32.const 0 table.init $t $e', mismatch],
      ['i64.const 0 i32.const 0 i32.const 0 table.init $t $e', mismatch],
      ['i32.const 0 i64.const 0 i32.const 0 table.init $t $e', mismatch],
      ['i32.const 0 i32.const 0 i64.const 0 table.init $t $e', mismatch],
      ['unreachable table.init 9 $e', /^unknown table 9/],
      ['unreachable table.init $t 9', /^unknown elem segment 9/],
      ['unreachable table.init $x $e', mismatch],
      ['unreachable table.init $t $ex', mismatch],
      ['unreachable table.init $n $e', mismatch],
    ],
  },
  'table.copy': {
    accepted: ['i32.const 0 i32.const 0 i32.const 0 table.copy $t $t', 'unreachable table.copy $t $n'],
    refused: [
      ['i32.const 0 i32.const 0 table.copy $t $t', mismatch],
      ['i64.const 0 i32.const 0 i32.const 0 table.copy $t $t', mismatch],
      ['i32.const 0 i64.const 0 i32.const 0 table.copy $t $t', mismatch],
      ['i32.const 0 i32.const 0 i64.const 0 table.copy $t $t', mismatch],
      ['unreachable table.copy 9 $t', /^unknown table 9/],
      ['unreachable table.copy $t 9', /^unknown table 9/],
      ['unreachable table.copy $t $x', mismatch],
      ['unreachable table.copy $n $t', mismatch],
    ],
  },
  'table.get': {
    accepted: ['(result funcref) i32.const 0 table.get $t', '(result externref) unreachable table.get $x'],
    refused: [
      ['table.get $t drop', mismatch],
      ['i64.const 0 table.get $t drop', mismatch],
      ['i32.const 0 table.get 9 drop', /^unknown table 9/],
    ],
  },
  'table.set': {
    accepted: [
      'i32.const 0 ref.null func table.set $t',
      'i32.const 0 ref.func $id table.set $t',
      'unreachable ref.null extern table.set $x',
    ],
    refused: [
      ['ref.null func table.set $t', mismatch],
      ['i64.const 0 ref.null func table.set $t', mismatch],
      ['i32.const 0 ref.null extern table.set $t', mismatch],
      ['i32.const 0 i32.const 0 table.set $t', mismatch],
      ['i32.const 0 ref.null func table.set $n', mismatch],
      ['i32.const 0 ref.null func table.set 9', /^unknown table 9/],
    ],
  },
  'table.grow': {
    accepted: ['(result i32) ref.null func i32.const 0 table.grow $t', '(result i32) unreachable table.grow $x'],
    refused: [
      ['i32.const 0 table.grow $t drop', mismatch],
      ['ref.null func i64.const 0 table.grow $t drop', mismatch],
      ['ref.null extern i32.const 0 table.grow $t drop', mismatch],
      ['ref.null func i32.const 0 table.grow 9 drop', /^unknown table 9/],
    ],
  },
  'table.size': {
    accepted: ['(result i32) table.size $t', '(result i32) table.size $x'],
    refused: [['table.size 9 drop', /^unknown table 9/]],
  },
  'table.fill': {
    accepted: ['i32.const 0 ref.null func i32.const 0 table.fill $t', 'unreachable table.fill $x'],
    refused: [
      ['ref.null func i32.const 0 table.fill $t', mismatch],
      ['i64.const 0 ref.null func i32.const 0 table.fill $t', mismatch],
      ['i32.const 0 ref.null extern i32.const 0 table.fill $t', mismatch],
      ['i32.const 0 ref.null func i64.const 0 table.fill $t', mismatch],
      ['unreachable table.fill 9', /^unknown table 9/],
    ],
  },
  'ref.null': {
    accepted: [
      '(result funcref) ref.null func',
      '(result externref) ref.null extern',
      '(result (ref null $ii)) ref.null $ii',
      '(result funcref) ref.null nofunc',
    ],
    refused: [['ref.null 99 drop', /^unknown type 99/]],
  },
  'ref.is_null': {
    accepted: [
      '(result i32) ref.null func ref.is_null',
      '(result i32) ref.func $id ref.is_null',
      '(result i32) unreachable ref.is_null',
    ],
    refused: [
      ['ref.is_null drop', mismatch],
      ['i32.const 0 ref.is_null drop', mismatch],
    ],
  },
  'ref.func': {
    accepted: ['(result funcref) ref.func $id', '(result (ref $ii)) ref.func $id'],
    refused: [
      ['ref.func 99 drop', /^unknown function 99/],
      ['ref.func $undeclared drop', /^undeclared function reference/],
    ],
  },
  'ref.as_non_null': {
    accepted: [
      '(result (ref func)) ref.null func ref.as_non_null',
      '(result (ref $ii)) ref.null $ii ref.as_non_null',
      '(result (ref extern)) unreachable ref.as_non_null',
    ],
    refused: [
      ['ref.as_non_null drop', mismatch],
      ['i32.const 0 ref.as_non_null drop', mismatch],
    ],
    isUnknownToV8: true,
  },
  br_on_null: {
    accepted: [
      '(result i32) i32.const 1 ref.null func br_on_null 0 drop',
      'ref.null extern br_on_null 0 drop',
      '(result (ref $ii)) block ref.null $ii br_on_null 0 return end unreachable',
      'unreachable br_on_null 0 drop',
    ],
    refused: [
      ['br_on_null 0 drop', mismatch],
      ['i32.const 0 br_on_null 0 drop', mismatch],
      ['ref.null func br_on_null 1 drop', /^unknown label 1/],
      ['(result i32) ref.null func br_on_null 0 unreachable', mismatch],
      ['(result i32) i64.const 0 ref.null func br_on_null 0 unreachable', mismatch],
    ],
    isUnknownToV8: true,
  },
  br_on_non_null: {
    accepted: [
      '(result (ref func)) ref.null func br_on_non_null 0 unreachable',
      '(result i32 funcref) i32.const 0 ref.null $ii br_on_non_null 0 ref.null func',
      '(result funcref) unreachable br_on_non_null 0 unreachable',
    ],
    refused: [
      ['ref.null func br_on_non_null 0', mismatch],
      ['(result i32) ref.null func br_on_non_null 0 unreachable', mismatch],
      ['(result externref) ref.null func br_on_non_null 0 unreachable', mismatch],
      ['(result funcref) i32.const 0 br_on_non_null 0 unreachable', mismatch],
      ['(result funcref) br_on_non_null 0 unreachable', mismatch],
      ['(result i32 funcref) ref.null func br_on_non_null 0 unreachable', mismatch],
      ['ref.null func br_on_non_null 1', /^unknown label 1/],
    ],
    isUnknownToV8: true,
  },
} as const satisfies CaseTable;
