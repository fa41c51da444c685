/** Kinds of probes, built on the engine's primitives. */

export { insertOneShots, type OneShots } from './one-shot.ts';
