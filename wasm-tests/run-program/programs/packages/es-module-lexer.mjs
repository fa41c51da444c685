// C without a library, in JavaScript as text: imports and exports of a module.
import { init, parse } from 'es-module-lexer';

await init;
const source = "import a from 'b'; import('c'); export { a as d }; export const e = import.meta.url;";
const [imports, exports, ...others] = parse(source);
console.log(JSON.stringify([imports, exports, others]));
