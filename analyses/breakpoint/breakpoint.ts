/** Breakpoints: at locations, or when a condition holds, the frame is printed, and the program goes on. */

import { ENTRY_PC, functionInstructions } from '../../engine/index.ts';
import { defineProbe } from '../define.ts';
import { functionOptions } from '../function-choice.ts';
import { wholeNumber } from '../option-checks.ts';
import { PerModule } from '../per-module.ts';
import { parsedOption } from './at-places.ts';
import { type BreakpointResult, type ModuleBreakpoints, mergeBreakpoints } from './data.ts';
import { type BreakpointOptions, ModuleBreakpointStates } from './module-breakpoints.ts';
import { breakpointAnnotation, breakpointSection } from './present.ts';

export const breakpoint = defineProbe({
  name: 'breakpoint',
  summary: 'at locations or conditions: prints the frame, and the program goes on',
  options: {
    at: {
      help: 'where: FUNCTION (its entry), FUNCTION+PC, FUNCTION+INSTRUCTION, or an offset in the module, 0x1f3; may be repeated',
      default: [],
    },
    when: {
      help: 'a condition, such as "$n > 3 and u32[$p] == 0"; without "at", wherever it becomes true',
      default: '',
    },
    skip: { help: 'hits of each breakpoint that are not printed', default: 0 },
    limit: { help: 'hits of each breakpoint that are printed then', default: 10 },
    show: { help: 'an expression whose value is printed as well; may be repeated', default: [] },
    locals: { help: 'print parameters and locals; locals=false does not', default: true },
    operands: { help: 'print operands; operands=false does not', default: true },
    stack: { help: 'callers that are printed', default: 3 },
    ...functionOptions,
  },
  start: ({ options, log }) => {
    const { only, except, at, when, locals, operands } = options;
    const settings: BreakpointOptions = {
      choice: { only, except },
      at,
      when: when.trim() === '' ? undefined : parsedOption('when', when),
      show: options.show.map((text) => parsedOption('show', text)),
      skip: wholeNumber('skip', options.skip),
      limit: wholeNumber('limit', options.limit),
      locals,
      operands,
      stack: wholeNumber('stack', options.stack),
      log,
    };
    const modules = new PerModule((module) => new ModuleBreakpointStates(module, settings));
    return {
      instance: (instance) => modules.add(instance).attach(instance),
      result: (): BreakpointResult => ({
        analysis: 'breakpoint',
        version: 1,
        when: settings.when?.text ?? '',
        isEverywhere: settings.when !== undefined && at.length === 0,
        skip: settings.skip,
        limit: settings.limit,
        modules: modules.results((states) => ({ breakpoints: states.result() })),
      }),
    };
  },
  merge: mergeBreakpoints,
  present: (result) => result.modules.map((module) => breakpointSection(module, result)),
  annotate: ({ modules }, index, module) =>
    breakpointAnnotation(modules[index] as ModuleBreakpoints, ({ index: func, pc }) =>
      pc === ENTRY_PC ? (functionInstructions(module, func).pcs[0] as number) : pc,
    ),
});
