/** A process of its own: runs some programs with probes in the JS tier, and writes what they did as JSON. */

import { TierState } from '../../../engine/compiler/callees.ts';
import { JsTier } from '../../../engine/compiler/tiering.ts';
import { Engine, functionLocations, insertProbe } from '../../../engine/index.ts';
import { CountProbe, TakenProbe } from '../../../probes/index.ts';
import { leaving } from './leaving-programs.ts';

/** What a program gave, with bigints and objects. */
function text(value: unknown): string {
  return JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? `${part}n` : part));
}

const lines: (string | number)[] = [];
let isCompiled = false;
let disabled: string | undefined;

for (const run of Object.values(leaving)) {
  const engine = new Engine({ tier: 'js' });
  const counts: CountProbe[] = [];
  engine.observe({
    onInstance: (instance) => {
      for (const func of instance.funcs) {
        if (func.host !== null || func.instance !== instance) continue;
        for (const { pc, instruction } of functionLocations(instance.module, func.index)) {
          const count = new CountProbe();
          counts.push(count);
          insertProbe(instance, func.index, pc, count);
          if (instruction.name === 'br_if') insertProbe(instance, func.index, pc, new TakenProbe());
        }
      }
    },
  });
  const { tier } = engine.machine;
  if (tier instanceof JsTier) disabled = tier.disabled;
  const instances: { funcs: readonly { compiled: unknown }[] }[] = [];
  engine.observe({ onInstance: (instance) => void instances.push(instance) });
  lines.push(text(run(engine)), ...counts.map(({ count }) => count));
  for (const { funcs } of instances) {
    if (funcs.some(({ compiled }) => compiled instanceof TierState && compiled.unit !== null)) isCompiled = true;
  }
}

process.stdout.write(JSON.stringify({ isCompiled, disabled: disabled ?? null, lines: lines.map(String) }));
