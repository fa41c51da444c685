/** The library: the engine, the probes that stand on it, and the analyses that stand on both. */

export * from './analyses/index.ts';
export * from './engine/index.ts';
export * from './probes/index.ts';
