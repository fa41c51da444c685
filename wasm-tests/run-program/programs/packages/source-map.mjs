// Rust without wasm-bindgen: mappings of a source map.
import { SourceMapConsumer } from 'source-map';

const results = [];
const map = { version: 3, sources: ['a.ts'], names: ['x'], mappings: 'AAAAA,SAAS;AACT,IAAI;;KACE' };
await SourceMapConsumer.with(map, null, (consumer) => {
  consumer.eachMapping(({ generatedLine, generatedColumn, originalLine }) =>
    results.push([generatedLine, generatedColumn, originalLine]),
  );
  results.push(consumer.originalPositionFor({ line: 2, column: 5 }));
  results.push(consumer.generatedPositionFor({ source: 'a.ts', line: 3, column: 6 }));
});
console.log(JSON.stringify(results));
