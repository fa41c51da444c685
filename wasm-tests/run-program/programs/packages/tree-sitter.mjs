// A parser (C, Emscripten) and a grammar that it links at run time: a module that imports its memory, table and globals.
import { createRequire } from 'node:module';
import { Language, Parser, Query } from 'web-tree-sitter';

const require = createRequire(import.meta.url);
await Parser.init();
const javascript = await Language.load(require.resolve('tree-sitter-javascript/tree-sitter-javascript.wasm'));
const parser = new Parser();
parser.setLanguage(javascript);

const source = 'const a = `x${1 + b}`;\nclass C { m() { return /r+/.test("s") } }\n<div id="x">text</div>\n';
const tree = parser.parse(source);
const results = [tree.rootNode.toString(), tree.rootNode.hasError];

// An edit, and the parts that are parsed again.
const edited = source.replace('1 + b', '100 + b');
const at = source.indexOf('1 + b');
const position = { row: 0, column: at };
tree.edit({
  startIndex: at,
  oldEndIndex: at + 1,
  newEndIndex: at + 3,
  startPosition: position,
  oldEndPosition: { row: 0, column: at + 1 },
  newEndPosition: { row: 0, column: at + 3 },
});
const again = parser.parse(edited, tree);
results.push(tree.getChangedRanges(again), again.rootNode.descendantForIndex(at).text);

const query = new Query(javascript, '(method_definition name: (_) @name) (string) @text');
results.push(query.captures(again.rootNode).map(({ name, node }) => [name, node.text, node.startPosition]));
results.push(parser.parse('const = {').rootNode.toString());
const cursor = again.walk();
let depth = 0;
while (cursor.gotoFirstChild()) depth++;
results.push([depth, cursor.nodeType]);
console.log(JSON.stringify(results));
