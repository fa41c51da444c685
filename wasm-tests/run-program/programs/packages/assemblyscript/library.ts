// What the bindings of the compiler carry over: strings, arrays, typed arrays, large integers, records, objects, errors, callbacks to JavaScript.

export class Point {
  x: f64 = 0;
  y: f64 = 0;
  label: string = '';
}

class Counter {
  constructor(public count: i32) {}
}

export function joined(words: string[], separator: string): string {
  return words.join(separator).toUpperCase();
}

export function squares(values: Int32Array): Float64Array {
  const result = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) result[i] = f64(values[i]) * values[i];
  return result;
}

export function product(a: i64, b: u64): u64 {
  return u64(a) * b;
}

export function moved(point: Point, by: f64): Point {
  return { x: point.x + by, y: point.y - by, label: point.label + '!' };
}

export function newCounter(): Counter {
  return new Counter(0);
}

export function bump(counter: Counter): i32 {
  console.log('bumped ' + counter.count.toString());
  return ++counter.count;
}

export function words(count: i32): string {
  const all = new Map<string, i32>();
  let x: u32 = 1;
  for (let i = 0; i < count; i++) {
    x = x * 1664525 + 1013904223;
    const word = String.fromCharCode(0x61 + (x >> 28)) + String.fromCharCode(0x3b1 + ((x >> 24) & 15));
    all.set(word, (all.has(word) ? all.get(word) : 0) + 1);
  }
  const keys = all.keys().sort((a, b) => (a < b ? -1 : 1));
  let text = '';
  for (let i = 0; i < keys.length; i += 16) text += keys[i] + all.get(keys[i]).toString() + ' ';
  return text;
}

export function at(index: i32): i32 {
  const list: i32[] = [1, 2, 3];
  return list[index];
}
