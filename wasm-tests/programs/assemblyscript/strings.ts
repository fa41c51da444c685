// Strings, maps, sorting with a callback, and numbers to text and back.

let text: string = '';

function note(line: string): void {
  text += line + '\n';
}

/** Everything noted, as the address of UTF-8 that ends with a zero byte. */
export function notes(): usize {
  const bytes = String.UTF8.encode(text, true);
  return __pin(changetype<usize>(bytes));
}

export function numbers(): void {
  const values: f64[] = [0, -0.0, 1 / 3, 1e21, 5e-324, 1.7976931348623157e308, 123456789.125, NaN, Infinity];
  for (let i = 0; i < values.length; i++) {
    const printed = values[i].toString();
    note(printed + ' ' + (parseFloat(printed) == values[i] ? 'exact' : 'inexact'));
  }
  for (let i: i64 = 1; i != 0; i *= -38) note(i.toString() + ' ' + i.toString(16));
  note(Math.sin(1e5).toString() + ' ' + Math.exp(-0.1).toString() + ' ' + Math.log(10).toString());
  note(Mathf.cos(2).toString() + ' ' + Mathf.pow(2, 0.5).toString());
}

export function words(count: i32): void {
  const all = new Map<string, i32>();
  let x: u32 = 1;
  for (let i = 0; i < count; i++) {
    x = x * 1664525 + 1013904223;
    const word = String.fromCharCode(0x61 + (x >> 28)) + String.fromCharCode(0x3b1 + ((x >> 24) & 15));
    all.set(word, (all.has(word) ? all.get(word) : 0) + 1);
  }
  const keys = all.keys();
  keys.sort((a, b) => all_compare(a, b));
  for (let i = 0; i < keys.length; i++) note(keys[i].toUpperCase().padEnd(4, '.') + all.get(keys[i]).toString());
  note(
    'a,b,,c'.split(',').join('|') +
      ' ' +
      'banana'.replaceAll('an', 'AN') +
      ' ' +
      'x'.repeat(5).indexOf('x', 3).toString(),
  );
}

function all_compare(a: string, b: string): i32 {
  return a < b ? 1 : a > b ? -1 : 0;
}

export function outOfRange(index: i32): i32 {
  const list: i32[] = [1, 2, 3];
  return list[index];
}
