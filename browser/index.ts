/** The library for browsers: the same as in Node, and what puts the engine in the place of the page's own `WebAssembly`. Nothing in it needs Node. */

export * from '../analyses/index.ts';
export * from '../engine/index.ts';
export * from '../probes/index.ts';
export { type Installation, type InstallOptions, install } from './install.ts';
