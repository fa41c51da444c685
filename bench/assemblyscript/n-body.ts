/** The sun and the giant planets: their energy after n steps. */
import { get, reset, set, vector } from './lib';

const BODIES = 5;
const SOLAR_MASS: f64 = 39.47841760435743; // 4 pi^2
const DAYS: f64 = 365.24;
const STEP: f64 = 0.01;

// Position, velocity, mass.
const WORDS = 7;
const planets = memory.data<f64>([
  0, 0, 0, 0, 0, 0, 1.0, 4.841431442464721, -1.1603200440274284, -0.10362204447112311, 0.001660076642744037,
  0.007699011184197404, -0.0000690460016972063, 0.0009547919384243266, 8.34336671824458, 4.124798564124305,
  -0.4035234171143214, -0.002767425107268624, 0.004998528012349172, 0.000023041729757376393, 0.0002858859806661308,
  12.894369562139131, -15.111151401698631, -0.22330757889265573, 0.002964601375647616, 0.0023784717395948095,
  -0.000029658956854023756, 0.00004366244043351563, 15.379697114850917, -25.919314609987964, 0.17925877295037118,
  0.0026806777249038932, 0.001628241700382423, -0.00009515922545197159, 0.00005151389020466115,
]);

// @ts-ignore: decorator
@inline
function body(bodies: usize, i: i32): usize {
  return bodies + i * (WORDS << 3);
}

function create(): usize {
  const bodies = vector(BODIES * WORDS);
  let px: f64 = 0;
  let py: f64 = 0;
  let pz: f64 = 0;
  for (let i = 0; i < BODIES; i++) {
    const from = body(planets, i);
    const to = body(bodies, i);
    const mass = get(from, 6) * SOLAR_MASS;
    for (let k = 0; k < 3; k++) {
      set(to, k, get(from, k));
      set(to, k + 3, get(from, k + 3) * DAYS);
    }
    set(to, 6, mass);
    px += get(to, 3) * mass;
    py += get(to, 4) * mass;
    pz += get(to, 5) * mass;
  }
  // The whole does not move.
  set(bodies, 3, -px / SOLAR_MASS);
  set(bodies, 4, -py / SOLAR_MASS);
  set(bodies, 5, -pz / SOLAR_MASS);
  return bodies;
}

function advance(bodies: usize): void {
  for (let i = 0; i < BODIES; i++) {
    const a = body(bodies, i);
    for (let j = i + 1; j < BODIES; j++) {
      const b = body(bodies, j);
      const dx = get(a, 0) - get(b, 0);
      const dy = get(a, 1) - get(b, 1);
      const dz = get(a, 2) - get(b, 2);
      const distance = dx * dx + dy * dy + dz * dz;
      const magnitude = STEP / (distance * Math.sqrt(distance));
      const byA = get(a, 6) * magnitude;
      const byB = get(b, 6) * magnitude;
      set(a, 3, get(a, 3) - dx * byB);
      set(a, 4, get(a, 4) - dy * byB);
      set(a, 5, get(a, 5) - dz * byB);
      set(b, 3, get(b, 3) + dx * byA);
      set(b, 4, get(b, 4) + dy * byA);
      set(b, 5, get(b, 5) + dz * byA);
    }
  }
  for (let i = 0; i < BODIES; i++) {
    const a = body(bodies, i);
    for (let k = 0; k < 3; k++) set(a, k, get(a, k) + STEP * get(a, k + 3));
  }
}

function energy(bodies: usize): f64 {
  let sum: f64 = 0;
  for (let i = 0; i < BODIES; i++) {
    const a = body(bodies, i);
    sum += 0.5 * get(a, 6) * (get(a, 3) * get(a, 3) + get(a, 4) * get(a, 4) + get(a, 5) * get(a, 5));
    for (let j = i + 1; j < BODIES; j++) {
      const b = body(bodies, j);
      const dx = get(a, 0) - get(b, 0);
      const dy = get(a, 1) - get(b, 1);
      const dz = get(a, 2) - get(b, 2);
      sum -= (get(a, 6) * get(b, 6)) / Math.sqrt(dx * dx + dy * dy + dz * dz);
    }
  }
  return sum;
}

export function run(n: i32): f64 {
  reset();
  const bodies = create();
  for (let i = 0; i < n; i++) advance(bodies);
  return energy(bodies);
}
