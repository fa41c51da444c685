/** Cells in JSON; texts as they can be shown. */

import type { Cell } from '../value-kinds.ts';
import { printable } from '../words.ts';
import type { CellData } from './page-data.ts';

export function cellData(cell: Cell): CellData {
  if (cell === undefined) return null;
  if (typeof cell === 'string') return printable(cell);
  return typeof cell === 'number' && Number.isFinite(cell) ? cell : [String(cell)];
}

export function cellOf(data: CellData): Cell {
  if (data === null) return undefined;
  if (typeof data !== 'object') return data;
  const [text] = data;
  return /^-?\d+$/.test(text) ? BigInt(text) : Number(text);
}
