/** Files that start a process or a thread of their own; they lie beside this one, built or not. */

export function entryFile(name: string): URL {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return new URL(`./${name}.${extension}`, import.meta.url);
}
