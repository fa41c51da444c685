/** Clocks of WASI, in nanoseconds. */

import { wasi } from '@bjorn3/browser_wasi_shim';

/** The time of a clock; undefined for a clock that does not exist. */
export function clockTime(clock: number): bigint | undefined {
  switch (clock) {
    case wasi.CLOCKID_REALTIME:
      return BigInt(Math.round((performance.timeOrigin + performance.now()) * 1000)) * 1000n;
    case wasi.CLOCKID_MONOTONIC:
      return process.hrtime.bigint();
    case wasi.CLOCKID_PROCESS_CPUTIME_ID:
    case wasi.CLOCKID_THREAD_CPUTIME_ID: {
      const { user, system } = process.cpuUsage();
      return BigInt(user + system) * 1000n;
    }
    default:
      return undefined;
  }
}
