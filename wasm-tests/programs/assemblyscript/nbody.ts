// Planets that pull each other: f64 arithmetic in which every rounding shows at the end.

class Body {
  constructor(
    public x: f64,
    public y: f64,
    public z: f64,
    public vx: f64,
    public vy: f64,
    public vz: f64,
    public mass: f64,
  ) {}
}

const bodies: StaticArray<Body> = [
  new Body(0, 0, 0, 0, 0, 0, 39.5),
  new Body(4.84, -1.16, -0.1, 0.6, 2.81, -0.02, 0.0377),
  new Body(8.34, 4.12, -0.4, -1.01, 1.82, 0.008, 0.0113),
  new Body(12.89, -15.11, -0.22, 1.08, 0.86, -0.01, 0.0017),
];

export function advance(steps: i32, dt: f64): void {
  for (; steps > 0; steps--) {
    for (let i = 0; i < bodies.length; i++) {
      const a = bodies[i];
      for (let j = i + 1; j < bodies.length; j++) {
        const b = bodies[j];
        const dx = a.x - b.x;
        const dy = a.y - b.y;
        const dz = a.z - b.z;
        const square = dx * dx + dy * dy + dz * dz;
        const pull = dt / (square * Math.sqrt(square));
        a.vx -= dx * b.mass * pull;
        a.vy -= dy * b.mass * pull;
        a.vz -= dz * b.mass * pull;
        b.vx += dx * a.mass * pull;
        b.vy += dy * a.mass * pull;
        b.vz += dz * a.mass * pull;
      }
    }
    for (let i = 0; i < bodies.length; i++) {
      const body = bodies[i];
      body.x += dt * body.vx;
      body.y += dt * body.vy;
      body.z += dt * body.vz;
    }
  }
}

export function energy(): f64 {
  let sum = 0.0;
  for (let i = 0; i < bodies.length; i++) {
    const a = bodies[i];
    sum += 0.5 * a.mass * (a.vx * a.vx + a.vy * a.vy + a.vz * a.vz);
    for (let j = i + 1; j < bodies.length; j++) {
      const b = bodies[j];
      const dx = a.x - b.x;
      const dy = a.y - b.y;
      const dz = a.z - b.z;
      sum -= (a.mass * b.mass) / Math.sqrt(dx * dx + dy * dy + dz * dz);
    }
  }
  return sum;
}
