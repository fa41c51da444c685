/** Runs one script of the suite and judges every command of it. */

import { type Assembled, type Assembler, assemble } from '../support/wast-assemble.ts';
import {
  type Action,
  type Command,
  commandName,
  isAssertion,
  parseScript,
  type ScriptModule,
} from '../support/wast-script.ts';
import { allMatch, formatValue, type Pattern, patternShape, patternType } from '../support/wast-values.ts';
import type { Abrupt, Engine, InstantiateOutcome, InvokeOutcome } from './adapter.ts';
import { type MissingPart, makeSpectest, type Spectest } from './spectest.ts';
import { trapMatches } from './trap-messages.ts';

/** The reason for what is skipped because its text could not be assembled; stands where features stand. */
export const NOT_ASSEMBLED = 'not assembled';

export interface CommandResult {
  /** Line in the script, or `line:column` for a further command on the same line. */
  readonly id: string;
  readonly line: number;
  readonly command: string;
  readonly isAssertion: boolean;
  readonly status: 'passed' | 'failed' | 'skipped';
  /** For skipped commands: the feature that the engine lacks, or `NOT_ASSEMBLED`. */
  readonly feature?: string;
  /** For failed commands. */
  readonly expected?: string;
  readonly actual?: string;
  /** An `assert_malformed` of text that the assembler refused: it says nothing about the engine. */
  readonly byAssembler?: boolean;
  /** The module was refused as it should, with words other than the suite's. */
  readonly message?: { readonly expected: string; readonly actual: string };
}

export interface FileResult {
  /** Path in the suite, with slashes. */
  readonly file: string;
  readonly commands: readonly CommandResult[];
  readonly seconds: number;
}

/** Runs a script. Every command gets a result; only a script that cannot be parsed is an error. */
export async function runScript<M, I, E>(
  engine: Engine<M, I, E>,
  file: string,
  script: Uint8Array,
): Promise<FileResult> {
  const start = performance.now();
  const commands = parseScript(script);
  const spectest = await makeSpectest(engine);
  const assembler = file.startsWith('legacy/') ? 'wabt' : 'wasm-tools';
  const run = new ScriptRun(engine, spectest, assembler);
  const results: CommandResult[] = [];
  for (const command of commands) results.push(await judge(run, command));
  return { file, commands: results, seconds: (performance.now() - start) / 1000 };
}

/** What a passed command has to say. */
type Passed = Pick<CommandResult, 'byAssembler' | 'message'>;

async function judge<M, I, E>(run: ScriptRun<M, I, E>, command: Command): Promise<CommandResult> {
  const { id, line } = command;
  const base = { id, line, command: commandName(command), isAssertion: isAssertion(command) };
  try {
    return { ...base, status: 'passed', ...(await run.execute(command)) };
  } catch (error) {
    if (error instanceof Skip) return { ...base, status: 'skipped', feature: error.feature };
    if (error instanceof Failure) return { ...base, status: 'failed', expected: error.expected, actual: error.actual };
    // Anything else comes out of the engine, which must raise only what its adapter knows.
    const text =
      error instanceof Error ? (error.stack ?? error.message).split('\n').slice(0, 3).join(' ') : String(error);
    return { ...base, status: 'failed', expected: 'no internal error', actual: text };
  }
}

class Skip extends Error {
  readonly feature: string;
  constructor(feature: string) {
    super(feature);
    this.feature = feature;
  }
}

class Failure extends Error {
  readonly expected: string;
  readonly actual: string;
  constructor(expected: string, actual: string) {
    super(actual);
    this.expected = expected;
    this.actual = actual;
  }
}

/** Something that later commands refer to: there, or the reason why it is not. */
type Slot<T> = { readonly value: T } | { readonly missing: Skip | Failure };

function take<T>(slot: Slot<T> | undefined, what: string): T {
  if (slot === undefined) throw new Failure(`${what}`, 'there is none');
  if ('missing' in slot) throw slot.missing;
  return slot.value;
}

const SPECTEST = 'spectest';

class ScriptRun<M, I, E> {
  private readonly engine: Engine<M, I, E>;
  private readonly definitions = new Map<string, Slot<M>>();
  private readonly instances = new Map<string, Slot<I>>();
  /** Instances under the names that modules import from. */
  private readonly registry = new Map<string, Slot<readonly I[]>>();
  private readonly missing: readonly MissingPart[];
  private readonly assembler: Assembler;
  private lastDefinition: Slot<M> | undefined;
  private current: Slot<I> | undefined;

  constructor(engine: Engine<M, I, E>, spectest: Spectest<I>, assembler: Assembler) {
    this.engine = engine;
    this.assembler = assembler;
    this.missing = spectest.missing;
    this.registry.set(SPECTEST, { value: spectest.instances });
  }

  async execute(command: Command): Promise<Passed> {
    switch (command.kind) {
      case 'module':
      case 'definition':
        return this.define(command.module, await this.assemble(command.module), command.kind === 'module');
      case 'instance':
        return this.makeInstance(command.instance, this.definition(command.module));
      case 'register':
        return this.register(command.name, command.module);
      case 'action':
        this.expectReturn(this.act(command.action, undefined));
        return {};
      case 'assert_return':
        return this.assertReturn(command.action, command.expected);
      case 'assert_trap':
        return assertTrap(command.message, this.act(command.action, undefined));
      case 'assert_exhaustion':
        return assertKind('exhaustion', command.message, this.act(command.action, undefined));
      case 'assert_exception':
        return assertKind('exception', '', this.act(command.action, undefined));
      case 'assert_malformed':
        return this.assertMalformed(await this.assemble(command.module), command.message);
      case 'assert_invalid':
        return this.assertInvalid(await this.assemble(command.module), command.message);
      case 'assert_unlinkable':
        return this.assertUnlinkable(await this.assemble(command.module), command.message);
      case 'assert_module_trap':
        return this.assertModuleTrap(await this.assemble(command.module), command.message);
    }
  }

  private assemble(module: ScriptModule): Promise<Assembled> {
    return assemble(module, this.assembler);
  }

  private definition(id: string | undefined): Slot<M> | undefined {
    return id === undefined ? this.lastDefinition : this.definitions.get(id);
  }

  private instance(id: string | undefined): Slot<I> | undefined {
    return id === undefined ? this.current : this.instances.get(id);
  }

  private define(module: ScriptModule, assembled: Assembled, isInstance: boolean): Passed {
    const slot = attempt(() => this.compile(assembled));
    this.lastDefinition = slot;
    if (module.id !== undefined) this.definitions.set(module.id, slot);
    if (isInstance) return this.makeInstance(module.id, slot);
    take(slot, 'a valid module');
    return {};
  }

  private makeInstance(id: string | undefined, definition: Slot<M> | undefined): Passed {
    const slot = attempt(() => this.instantiate(take(definition, 'a defined module')));
    this.current = slot;
    if (id !== undefined) this.instances.set(id, slot);
    take(slot, 'an instance');
    return {};
  }

  private register(name: string, id: string | undefined): Passed {
    const slot = attempt(() => [take(this.instance(id), 'an instance')]);
    this.registry.set(name, slot);
    take(slot, 'an instance');
    return {};
  }

  private compile(assembled: Assembled): M {
    if (!assembled.ok) throw new Skip(NOT_ASSEMBLED);
    const outcome = this.engine.compile(assembled.bytes);
    if (outcome.kind === 'unsupported') throw new Skip(outcome.feature);
    if (outcome.kind !== 'module') throw new Failure('a valid module', `${outcome.kind}: ${outcome.message}`);
    return outcome.module;
  }

  private instantiate(module: M): I {
    const outcome = this.link(module);
    if (outcome.kind !== 'instance') throw new Failure('an instance', `${outcome.kind}: ${outcome.message}`);
    return outcome.instance;
  }

  /** Instantiates; a module that imports from one that was skipped or failed shares its fate. */
  private link(module: M): Exclude<InstantiateOutcome<I>, { kind: 'unsupported' }> {
    for (const { module: from, name } of this.engine.imports(module)) {
      const slot = this.registry.get(from);
      if (slot !== undefined && 'missing' in slot) throw slot.missing;
      const part = from === SPECTEST ? this.missing.find((p) => p.export === name) : undefined;
      if (part !== undefined) throw new Skip(part.feature);
    }
    const outcome = this.engine.instantiate(module, (from, name) => this.resolve(from, name));
    if (outcome.kind === 'unsupported') throw new Skip(outcome.feature);
    return outcome;
  }

  private resolve(from: string, name: string): E | undefined {
    const slot = this.registry.get(from);
    if (slot === undefined || 'missing' in slot) return undefined;
    for (const instance of slot.value) {
      const found = this.engine.exported(instance, name);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  private act(action: Action, expected: readonly Pattern[] | undefined): InvokeOutcome {
    const instance = take(this.instance(action.module), 'an instance');
    const resultTypes = expected?.map(patternType);
    if (action.kind === 'invoke') {
      return this.engine.invoke(instance, { name: action.name, args: action.args, resultTypes });
    }
    return { kind: 'return', values: [this.engine.get(instance, action.name, resultTypes?.[0] ?? 'i32')] };
  }

  private expectReturn(outcome: InvokeOutcome): InvokeOutcome & { kind: 'return' } {
    if (outcome.kind !== 'return') throw new Failure('to return', describe(outcome));
    return outcome;
  }

  private assertReturn(action: Action, expected: readonly Pattern[]): Passed {
    const { values } = this.expectReturn(this.act(action, expected));
    if (values !== undefined && allMatch(values, expected)) return {};
    const shape = patternShape(expected[0]);
    throw new Failure(
      expected.map((pattern) => formatValue(pattern, shape)).join(', ') || 'no results',
      values?.map((value) => formatValue(value, shape)).join(', ') || 'no results',
    );
  }

  private assertMalformed(assembled: Assembled, message: string): Passed {
    if (!assembled.ok) return { byAssembler: true };
    const outcome = this.engine.compile(assembled.bytes);
    if (outcome.kind === 'malformed') return compareMessage(message, outcome.message);
    if (outcome.kind === 'refused') return {};
    throw new Failure(
      `malformed: ${message}`,
      outcome.kind === 'module' ? 'valid' : `${outcome.kind}: ${outcome.message}`,
    );
  }

  private assertInvalid(assembled: Assembled, message: string): Passed {
    if (!assembled.ok) throw new Skip(NOT_ASSEMBLED);
    const outcome = this.engine.compile(assembled.bytes);
    if (outcome.kind === 'invalid') return compareMessage(message, outcome.message);
    if (outcome.kind === 'refused') return {};
    if (outcome.kind === 'unsupported') throw new Skip(outcome.feature);
    throw new Failure(
      `invalid: ${message}`,
      outcome.kind === 'module' ? 'valid' : `${outcome.kind}: ${outcome.message}`,
    );
  }

  private assertUnlinkable(assembled: Assembled, message: string): Passed {
    const outcome = this.link(this.compile(assembled));
    if (outcome.kind === 'unlinkable') return compareMessage(message, outcome.message);
    const actual = outcome.kind === 'instance' ? 'an instance' : describe(outcome);
    throw new Failure(`unlinkable: ${message}`, actual);
  }

  private assertModuleTrap(assembled: Assembled, message: string): Passed {
    const outcome = this.link(this.compile(assembled));
    if (outcome.kind === 'unlinkable') throw new Failure(`trap: ${message}`, `unlinkable: ${outcome.message}`);
    return assertTrap(message, outcome);
  }
}

/** Runs `make`; a skip or a failure is kept for those who refer to the result. */
function attempt<T>(make: () => T): Slot<T> {
  try {
    return { value: make() };
  } catch (error) {
    if (error instanceof Skip || error instanceof Failure) return { missing: error };
    return { missing: new Failure('no internal error', error instanceof Error ? (error.stack ?? '') : String(error)) };
  }
}

type Ending = Abrupt | { readonly kind: 'return' | 'instance' };

function describe(outcome: Ending): string {
  return 'message' in outcome ? `${outcome.kind}: ${outcome.message}` : outcome.kind;
}

function assertTrap(message: string, outcome: Ending): Passed {
  if (outcome.kind === 'trap' && trapMatches(message, outcome.message)) return {};
  throw new Failure(`trap: ${message}`, describe(outcome));
}

function assertKind(kind: 'exhaustion' | 'exception', message: string, outcome: Ending): Passed {
  if (outcome.kind === kind) return {};
  throw new Failure(message === '' ? kind : `${kind}: ${message}`, describe(outcome));
}

function compareMessage(expected: string, actual: string): Passed {
  return actual.startsWith(expected) ? {} : { message: { expected, actual } };
}
