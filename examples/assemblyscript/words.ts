// Counts the words of standard input and prints the ten most frequent ones.
//
//   wiz examples/words.wasm < README.md
//
// Shows a program with a hash table, sorting with a callback (call_indirect) and growing memory.

import { print, readAll } from './wasi';

class Count {
  constructor(
    public word: string,
    public times: i32,
  ) {}
}

function isWordByte(c: u8): bool {
  return ((c | 0x20) >= 0x61 && (c | 0x20) <= 0x7a) || c >= 0x80 || c == 0x27;
}

function countWords(text: Uint8Array): Map<string, i32> {
  const counts = new Map<string, i32>();
  let start = -1;
  for (let i = 0; i <= text.length; i++) {
    const inWord = i < text.length && isWordByte(text[i]);
    if (inWord && start < 0) start = i;
    if (inWord || start < 0) continue;
    const word = String.UTF8.decodeUnsafe(text.dataStart + start, i - start).toLowerCase();
    counts.set(word, (counts.has(word) ? counts.get(word) : 0) + 1);
    start = -1;
  }
  return counts;
}

function lines(text: Uint8Array): i32 {
  let count = 0;
  for (let i = 0; i < text.length; i++) if (text[i] == 0x0a) count++;
  return count;
}

function main(): void {
  const text = readAll();
  const counts = countWords(text);
  const words = counts.keys();
  const list: Count[] = [];
  let total = 0;
  for (let i = 0; i < words.length; i++) {
    const times = counts.get(words[i]);
    list.push(new Count(words[i], times));
    total += times;
  }
  list.sort((a, b) => (a.times != b.times ? b.times - a.times : a.word < b.word ? -1 : 1));
  print(lines(text).toString() + ' lines, ' + total.toString() + ' words, ' + list.length.toString() + ' different');
  for (let i = 0; i < min(10, list.length); i++) print(list[i].times.toString().padStart(7) + ' ' + list[i].word);
}

main();
