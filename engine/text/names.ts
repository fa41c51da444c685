/** Where names in text come from: the name section as a rule. Each gives undefined for what has no name. */

export interface Naming {
  func(index: number): string | undefined;
  local(func: number, index: number): string | undefined;
  /** The label of the block, loop, if or try that is the `index`-th one of its function. */
  label(func: number, index: number): string | undefined;
  type(index: number): string | undefined;
  field(type: number, index: number): string | undefined;
  table(index: number): string | undefined;
  memory(index: number): string | undefined;
  global(index: number): string | undefined;
  elem(index: number): string | undefined;
  data(index: number): string | undefined;
  tag(index: number): string | undefined;
}

const nothing = (): undefined => undefined;

/** Everything by index. */
export const NO_NAMES: Naming = {
  func: nothing,
  local: nothing,
  label: nothing,
  type: nothing,
  field: nothing,
  table: nothing,
  memory: nothing,
  global: nothing,
  elem: nothing,
  data: nothing,
  tag: nothing,
};
