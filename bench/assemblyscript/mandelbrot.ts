/** Steps that the points of an n by n picture of the Mandelbrot set take, at most 50 each. */
const LIMIT = 50;

export function run(n: i32): i32 {
  let steps = 0;
  for (let row = 0; row < n; row++) {
    const y0 = (2.0 * <f64>row) / <f64>n - 1.0;
    for (let column = 0; column < n; column++) {
      const x0 = (2.0 * <f64>column) / <f64>n - 1.5;
      let x: f64 = 0;
      let y: f64 = 0;
      let i = 0;
      while (i < LIMIT && x * x + y * y <= 4.0) {
        const next = x * x - y * y + x0;
        y = 2.0 * x * y + y0;
        x = next;
        i++;
      }
      steps += i;
    }
  }
  return steps;
}
