/** Allocations: how many and how large, what lives, what leaks from where, and what is released wrongly. */

import type { Module, ModuleInstance } from '../../engine/index.ts';
import type { Attachment } from '../../probes/index.ts';
import { defineProbe } from '../define.ts';
import { wholeNumber } from '../option-checks.ts';
import { PerModule } from '../per-module.ts';
import { type AllocatorChoice, type Allocators, chooseAllocators } from './choose.ts';
import { type AllocatorUse, type AllocResult, type ModuleAllocations, mergeAlloc } from './data.ts';
import { Heap } from './heap.ts';
import { allocSection } from './present.ts';
import { AllocationWatch, type AllocatorState } from './watch.ts';

class ModuleHeap {
  private readonly allocators: Allocators;
  private readonly states: readonly AllocatorState[];
  private readonly heap = new Heap();
  private readonly depth: number;

  constructor(module: Module, choice: AllocatorChoice, depth: number) {
    this.allocators = chooseAllocators(module, choice);
    this.states = this.allocators.watched.map((allocator) => ({
      allocator,
      role: allocator.convention.role,
      calls: 0,
      counted: 0,
    }));
    this.depth = depth;
  }

  attach(instance: ModuleInstance): Attachment {
    return new AllocationWatch(this.heap, this.depth).attach(instance, this.states);
  }

  result(): Omit<ModuleAllocations, 'name' | 'size' | 'sha256' | 'instances'> {
    return {
      allocators: this.states.map(({ allocator: { index, name }, role, calls, counted }): AllocatorUse => {
        return { index, name, role, calls, counted };
      }),
      skipped: this.allocators.skipped,
      ...this.heap.result(),
    };
  }
}

const named = 'by name, in the forms of the option only of other probes; may be repeated';

export const alloc = defineProbe({
  name: 'alloc',
  summary: 'allocations: sizes, live and peak bytes, leaks with call stacks, double and unknown frees',
  options: {
    alloc: {
      help: `functions that allocate, ${named} (default: those of C, Rust, AssemblyScript, TinyGo)`,
      default: [],
    },
    free: { help: 'functions that release, likewise', default: [] },
    realloc: { help: 'functions that reallocate, likewise', default: [] },
    size: { help: 'parameter of named functions with the size (-1: 0 of alloc, 1 of realloc)', default: -1 },
    pointer: { help: 'parameter of named functions with the address to release', default: 0 },
    depth: { help: 'frames of the call stacks', default: 4 },
    top: { help: 'rows of each table that the text shows', default: 20 },
  },
  start: ({ options: { alloc: allocs, free, realloc, size, pointer, depth } }) => {
    const choice: AllocatorChoice = {
      alloc: allocs,
      free,
      realloc,
      size: size === -1 ? undefined : wholeNumber('size', size),
      pointer: wholeNumber('pointer', pointer),
    };
    const frames = wholeNumber('depth', depth);
    const modules = new PerModule((module) => new ModuleHeap(module, choice, frames));
    return {
      instance: (instance) => modules.add(instance).attach(instance),
      result: (): AllocResult => ({
        analysis: 'alloc',
        version: 1,
        modules: modules.results((heap) => heap.result()),
      }),
    };
  },
  merge: mergeAlloc,
  present: ({ modules }, { top }) => modules.map((module) => allocSection(module, top)),
});
