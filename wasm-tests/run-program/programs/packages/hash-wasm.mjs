// Hand-written C without a runtime, one module for each hash, in JavaScript as text.
import { argon2id, blake3, createCRC32, createHMAC, createSHA512, md5, sha1, xxhash64 } from 'hash-wasm';

const results = [await md5('abc'), await sha1('abc'), await blake3('abc'), await xxhash64('abc', 1, 2)];
results.push((await createCRC32()).update('abc').digest());
results.push((await createHMAC(createSHA512(), 'key')).init().update('message').digest());
const salt = new Uint8Array(16).fill(7);
results.push(
  await argon2id({ password: 'secret', salt, parallelism: 1, iterations: 2, memorySize: 64, hashLength: 24 }),
);
console.log(JSON.stringify(results));
