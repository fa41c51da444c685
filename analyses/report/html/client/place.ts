/** What the page shows, as its address says: `#func-12`, `#func-12+34`, `#module-2-func-12+34`; else the overview. */

export interface Place {
  /** Place in the modules of the page. */
  readonly module: number;
  /** Index of the function; undefined for the overview. */
  readonly func: number | undefined;
  readonly pc: number | undefined;
}

const ADDRESS = /^#(?:module-(\d+)-)?func-(\d+)(?:\+(\d+))?$/;

export function placeOfHash(hash: string): Place {
  const [, module, func, pc] = ADDRESS.exec(hash) ?? [];
  const numberOf = (digits: string | undefined): number | undefined =>
    digits === undefined ? undefined : Number(digits);
  return { module: (numberOf(module) ?? 1) - 1, func: numberOf(func), pc: numberOf(pc) };
}

export function hashOfPlace({ module, func, pc }: Place): string {
  if (func === undefined) return '#overview';
  return `#${module === 0 ? '' : `module-${module + 1}-`}func-${func}${pc === undefined ? '' : `+${pc}`}`;
}
