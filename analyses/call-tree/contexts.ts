/** Calling contexts: a tree that grows while the program runs, in typed arrays, since it is walked at each call and each return. */

/** Stands for what the host called; it has no callee. */
export const ROOT = 0;
/** Contexts beyond this many count for their callers: a tree that fills the memory helps nobody. */
const MAX_CONTEXTS = 1_000_000;
const FIRST_SIZE = 64;

// Places in the figures of a context.
const CALLS = 0;
const FOLDED = 1;
const INSTRUCTIONS = 2;
const MS = 3;
const FIGURES = 4;

// Places in the links of a context, which are numbers of others, 0 for none.
const PARENT = 0;
const CALLEE = 1;
const DEPTH = 2;
/** The children as a list, the one that was called last in front. */
const CHILD = 3;
const SIBLING = 4;
const LINKS = 5;

export class Contexts {
  /** Levels below the root. */
  private readonly maxDepth: number;
  private figures = new Float64Array(FIRST_SIZE * FIGURES);
  private links = new Int32Array(FIRST_SIZE * LINKS);
  /** The root is always there. */
  private count = 1;

  constructor(maxDepth: number) {
    this.maxDepth = maxDepth;
  }

  /** Contexts, the root included. Callers have smaller numbers than what they call. */
  get size(): number {
    return this.count;
  }

  /** Counts a call of a callee; the context that it has. Where there is no room for another one, that is the caller's. */
  call(caller: number, callee: number): number {
    const { links } = this;
    let context = links[caller * LINKS + CHILD] as number;
    if (context === 0 || links[context * LINKS + CALLEE] !== callee) context = this.find(caller, callee);
    const figure = context === caller ? FOLDED : CALLS;
    const at = context * FIGURES + figure;
    this.figures[at] = (this.figures[at] as number) + 1;
    return context;
  }

  /** The child that is not the first one, made if need be. */
  private find(caller: number, callee: number): number {
    const { links } = this;
    const first = links[caller * LINKS + CHILD] as number;
    let before = first;
    while (before !== 0) {
      const context = links[before * LINKS + SIBLING] as number;
      if (context !== 0 && links[context * LINKS + CALLEE] === callee) {
        links[before * LINKS + SIBLING] = links[context * LINKS + SIBLING] as number;
        links[context * LINKS + SIBLING] = first;
        links[caller * LINKS + CHILD] = context;
        return context;
      }
      before = context;
    }
    return this.add(caller, callee);
  }

  private add(caller: number, callee: number): number {
    const depth = (this.links[caller * LINKS + DEPTH] as number) + 1;
    if (caller !== ROOT && (this.count > MAX_CONTEXTS || depth > this.maxDepth)) return caller;
    const context = this.count++;
    if (context * FIGURES === this.figures.length) this.grow();
    const { links } = this;
    const at = context * LINKS;
    links[at + PARENT] = caller;
    links[at + CALLEE] = callee;
    links[at + DEPTH] = depth;
    links[at + SIBLING] = links[caller * LINKS + CHILD] as number;
    links[caller * LINKS + CHILD] = context;
    return context;
  }

  private grow(): void {
    const { figures, links } = this;
    this.figures = new Float64Array(figures.length * 2);
    this.figures.set(figures);
    this.links = new Int32Array(links.length * 2);
    this.links.set(links);
  }

  /** Adds to what the context itself took. */
  spend(context: number, instructions: number, ms: number): void {
    const { figures } = this;
    const at = context * FIGURES;
    figures[at + INSTRUCTIONS] = (figures[at + INSTRUCTIONS] as number) + instructions;
    if (ms !== 0) figures[at + MS] = (figures[at + MS] as number) + ms;
  }

  parent(context: number): number {
    return this.links[context * LINKS + PARENT] as number;
  }

  callee(context: number): number {
    return this.links[context * LINKS + CALLEE] as number;
  }

  calls(context: number): number {
    return this.figures[context * FIGURES + CALLS] as number;
  }

  /** Calls below that have no context of their own. */
  folded(context: number): number {
    return this.figures[context * FIGURES + FOLDED] as number;
  }

  instructions(context: number): number {
    return this.figures[context * FIGURES + INSTRUCTIONS] as number;
  }

  ms(context: number): number {
    return this.figures[context * FIGURES + MS] as number;
  }
}
