// Reads JSON from standard input and prints how many tokens of each kind it holds, or the first error.
//
//   wiz examples/json.wasm < package.json
//
// Shows a byte-by-byte state machine: branch tables, and many paths that ordinary input never takes.

import { exit, print, printError, readAll } from './wasi';

let text: Uint8Array = new Uint8Array(0);
let at = 0;
let failedAt = -1;
let problem = '';

let objects = 0;
let arrays = 0;
let strings = 0;
let numbers = 0;
let literals = 0;
let deepest = 0;

const DEEPEST_ALLOWED = 512;

function fail(message: string): bool {
  if (failedAt < 0) {
    failedAt = at;
    problem = message;
  }
  return false;
}

/** The byte at the current place; 0 at the end. */
function byte(): i32 {
  return at < text.length ? text[at] : 0;
}

function skipSpace(): void {
  while (byte() == 0x20 || byte() == 0x0a || byte() == 0x0d || byte() == 0x09) at++;
}

function readValue(depth: i32): bool {
  if (depth > DEEPEST_ALLOWED) return fail('too deep');
  deepest = max(deepest, depth);
  skipSpace();
  switch (byte()) {
    case 0x7b:
      return readObject(depth);
    case 0x5b:
      return readArray(depth);
    case 0x22:
      strings++;
      return readString();
    case 0x74:
      return readLiteral('true');
    case 0x66:
      return readLiteral('false');
    case 0x6e:
      return readLiteral('null');
    default:
      return readNumber();
  }
}

function readObject(depth: i32): bool {
  objects++;
  at++;
  skipSpace();
  if (byte() == 0x7d) {
    at++;
    return true;
  }
  while (true) {
    skipSpace();
    if (byte() != 0x22) return fail('a key was expected');
    strings++;
    if (!readString()) return false;
    skipSpace();
    if (byte() != 0x3a) return fail('":" was expected');
    at++;
    if (!readValue(depth + 1)) return false;
    skipSpace();
    const next = byte();
    at++;
    if (next == 0x7d) return true;
    if (next != 0x2c) {
      at--;
      return fail('"," or "}" was expected');
    }
  }
}

function readArray(depth: i32): bool {
  arrays++;
  at++;
  skipSpace();
  if (byte() == 0x5d) {
    at++;
    return true;
  }
  while (true) {
    if (!readValue(depth + 1)) return false;
    skipSpace();
    const next = byte();
    at++;
    if (next == 0x5d) return true;
    if (next != 0x2c) {
      at--;
      return fail('"," or "]" was expected');
    }
  }
}

function readString(): bool {
  at++;
  while (at < text.length) {
    const c = byte();
    if (c == 0x22) {
      at++;
      return true;
    }
    if (c < 0x20) return fail('a control character in a string');
    if (c == 0x5c && !readEscape()) return false;
    at++;
  }
  return fail('a string without end');
}

/** Leaves `at` on the last byte of the escape. */
function readEscape(): bool {
  at++;
  switch (byte()) {
    case 0x22:
    case 0x5c:
    case 0x2f:
    case 0x62:
    case 0x66:
    case 0x6e:
    case 0x72:
    case 0x74:
      return true;
    case 0x75:
      for (let i = 0; i < 4; i++) {
        at++;
        if (!isHex(byte())) return fail('four hexadecimal digits were expected');
      }
      return true;
    default:
      return fail('an unknown escape');
  }
}

function isDigit(c: i32): bool {
  return c >= 0x30 && c <= 0x39;
}

function isHex(c: i32): bool {
  return isDigit(c) || ((c | 0x20) >= 0x61 && (c | 0x20) <= 0x66);
}

function readDigits(): bool {
  if (!isDigit(byte())) return fail('a digit was expected');
  while (isDigit(byte())) at++;
  return true;
}

function readNumber(): bool {
  if (byte() != 0x2d && !isDigit(byte())) return fail('a value was expected');
  numbers++;
  if (byte() == 0x2d) at++;
  if (byte() == 0x30) at++;
  else if (!readDigits()) return false;
  if (byte() == 0x2e) {
    at++;
    if (!readDigits()) return false;
  }
  if ((byte() | 0x20) == 0x65) {
    at++;
    if (byte() == 0x2b || byte() == 0x2d) at++;
    if (!readDigits()) return false;
  }
  return true;
}

function readLiteral(word: string): bool {
  literals++;
  for (let i = 0; i < word.length; i++) {
    if (byte() != word.charCodeAt(i)) return fail(word + ' was expected');
    at++;
  }
  return true;
}

function main(): void {
  text = readAll();
  if (readValue(1)) {
    skipSpace();
    if (at < text.length) fail('something after the value');
  }
  if (failedAt >= 0) {
    printError('at byte ' + failedAt.toString() + ': ' + problem);
    exit(1);
    return;
  }
  print('objects  ' + objects.toString());
  print('arrays   ' + arrays.toString());
  print('strings  ' + strings.toString());
  print('numbers  ' + numbers.toString());
  print('literals ' + literals.toString());
  print('depth    ' + deepest.toString());
}

main();
