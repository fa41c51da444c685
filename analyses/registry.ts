/** The probes that can be asked for by name. */

import { coverage } from './coverage/definition.ts';
import type { AnalysisKind } from './define.ts';
import { hotness } from './hotness/hotness.ts';

export const analysisKinds: readonly AnalysisKind[] = [coverage, hotness];
