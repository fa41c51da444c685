// What the AssemblyScript compiler makes, and the bindings that it writes beside it (`--bindings esm`): they are the argument.
import { pathToFileURL } from 'node:url';

const library = await import(pathToFileURL(process.argv[2]).href);
const counter = library.newCounter();
library.bump(counter);
const results = [
  library.joined(['a', 'ß', '𝄞'], '-'),
  [...library.squares(Int32Array.of(1, -3, 70_000))],
  String(library.product(-5n, 1n << 62n)),
  library.moved({ x: 1.5, y: 2, label: 'p' }, 0.25),
  library.bump(counter),
  library.words(2000),
];
try {
  library.at(3);
} catch (error) {
  results.push(error.message.split('\n')[0]);
}
console.log(JSON.stringify(results));
