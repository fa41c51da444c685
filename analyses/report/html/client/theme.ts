/** Light or dark: as the system has it, until somebody chooses. */

import { byId } from './dom.ts';

const KEY = 'wiz-theme';

/** Calls `changed` when colours have changed. */
export function watchTheme(changed: () => void): { toggle(): void } {
  const system = matchMedia('(prefers-color-scheme: dark)');
  const root = document.documentElement;
  const stored = read();
  if (stored !== undefined) root.dataset.theme = stored;
  system.addEventListener('change', changed);
  const toggle = (): void => {
    const current = root.dataset.theme ?? (system.matches ? 'dark' : 'light');
    const next = current === 'dark' ? 'light' : 'dark';
    root.dataset.theme = next;
    write(next);
    changed();
  };
  byId('theme').addEventListener('click', toggle);
  return { toggle };
}

// Files that are opened from a disk may have no storage: then the choice is not kept.

function read(): 'light' | 'dark' | undefined {
  try {
    const found = localStorage.getItem(KEY);
    return found === 'light' || found === 'dark' ? found : undefined;
  } catch {
    return undefined;
  }
}

function write(theme: string): void {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // See above.
  }
}
