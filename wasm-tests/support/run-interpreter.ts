/** Runs both dispatch loops once: a process of its own, so that V8 can be asked to print their bytecode. */

import { Engine, insertGlobalProbe, internals } from '../../engine/index.ts';
import { oneFunctionModule } from './build.ts';

const { Module, Instance } = new Engine().WebAssembly;
const instance = new Instance(new Module(oneFunctionModule({ params: [], results: [], body: [0x01] })));
const run = instance.exports.run as () => void;
run();
insertGlobalProbe(internals.instanceOf(instance), { fire: () => undefined });
run();
