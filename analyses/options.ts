/** Options of a probe, as they follow its name on the command line: `name:flag,limit=5`. */

import { nearestOf } from '../probes/index.ts';

export type OptionValue = boolean | number | string | readonly string[];

/** One option. The type of its default is its type: a flag, a number, text, or a list of texts, each given by itself. */
export interface OptionSpec {
  /** One line for lists of options. */
  readonly help: string;
  readonly default: OptionValue;
}

export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

type Widened<T extends OptionValue> = T extends boolean
  ? boolean
  : T extends number
    ? number
    : T extends string
      ? string
      : readonly string[];

/** The values of options, by name. */
export type OptionValues<Specs extends OptionSpecs> = {
  readonly [Name in keyof Specs]: Widened<Specs[Name]['default']>;
};

/** An option that does not exist, or a value that it cannot have. */
export class OptionError extends Error {
  override readonly name = 'OptionError';
  readonly option: string;
  /** What was probably meant. */
  readonly nearest: readonly string[];

  constructor(message: string, option: string, nearest: readonly string[] = []) {
    super(message);
    this.option = option;
    this.nearest = nearest;
  }
}

function isList(value: OptionValue): value is readonly string[] {
  return Array.isArray(value);
}

/** How an option is written, for lists: `detail`, `top=10`, `only=TEXT`. */
export function optionUsage(name: string, spec: OptionSpec): string {
  if (typeof spec.default === 'boolean') return name;
  return `${name}=${spec.default === '' || isList(spec.default) ? 'TEXT' : String(spec.default)}`;
}

/** The defaults of all options. */
export function defaultOptions(specs: OptionSpecs): Record<string, OptionValue> {
  return Object.fromEntries(Object.entries(specs).map(([name, spec]) => [name, spec.default]));
}

/** Reads what follows the colon: words between commas, `flag` or `name=value`; `\,` is a comma inside a value. */
export function parseOptions(text: string, specs: OptionSpecs): Record<string, OptionValue> {
  const values = defaultOptions(specs);
  let last: string | undefined;
  for (const word of text.split(/(?<!\\),/).map((part) => part.replaceAll('\\,', ','))) {
    if (word === '') continue;
    const equals = word.indexOf('=');
    const name = equals < 0 ? word : word.slice(0, equals);
    const spec = Object.hasOwn(specs, name) ? specs[name] : undefined;
    if (spec === undefined) throw unknownOption(name, specs, last);
    if (typeof spec.default === 'string' || isList(spec.default)) last = name;
    const value = readValue(name, spec, equals < 0 ? undefined : word.slice(equals + 1));
    values[name] = isList(spec.default) ? [...(values[name] as readonly string[]), value as string] : value;
  }
  return values;
}

/** `text` is an option before it, whose value may have been meant to go on: `only=/a{1,2}/`. */
export function unknownOption(name: string, specs: OptionSpecs, text?: string): OptionError {
  const known = Object.keys(specs);
  const nearest = nearestOf(name, known);
  const advice =
    nearest[0] !== undefined
      ? `did you mean "${nearest[0]}"?`
      : known.length === 0
        ? 'it has no options'
        : `its options: ${known.map((k) => optionUsage(k, specs[k] as OptionSpec)).join(', ')}`;
  const comma = text === undefined ? '' : `; if it is part of the value of "${text}", write the comma as \\,`;
  return new OptionError(`no option "${name}": ${advice}${comma}`, name, nearest);
}

function readValue(name: string, spec: OptionSpec, text: string | undefined): OptionValue {
  switch (typeof spec.default) {
    case 'boolean':
      if (text === undefined || text === 'true') return true;
      if (text === 'false') return false;
      throw new OptionError(`option "${name}" is a flag and takes no value, not "${text}"`, name);
    case 'number': {
      const value = text === undefined || text.trim() === '' ? Number.NaN : Number(text);
      if (!Number.isNaN(value)) return value;
      throw new OptionError(
        `option "${name}" takes a number, for instance ${name}=${spec.default}${text === undefined ? '' : `, not "${text}"`}`,
        name,
      );
    }
    default:
      if (text !== undefined) return text;
      throw new OptionError(`option "${name}" needs a value: ${name}=TEXT`, name);
  }
}
