#!/usr/bin/env node
/** The executable. The exit code is set and not forced, so that nothing that is still being written is lost. */

import { main } from './main.ts';

process.exitCode = await main(process.argv.slice(2));
