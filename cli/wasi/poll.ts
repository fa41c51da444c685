/** `poll_oneoff`: waits for the first of several events. The shim knows only one clock, and waits busily. */

import { type Fd, wasi } from '@bjorn3/browser_wasi_shim';
import { clockTime } from './clock.ts';
import { errnoOf, WasiError } from './errno.ts';
import { checkRange, type GuestMemory } from './memory.ts';
import { InputFd } from './stdio.ts';
import { sleep } from './streams.ts';

const SUBSCRIPTION_BYTES = 48;
const EVENT_BYTES = 32;
const MAX_SUBSCRIPTIONS = 4096;
/** How often input is looked at while waiting, in milliseconds. */
const INPUT_INTERVAL_MS = 10;
const LONGEST_SLEEP_MS = 60_000;

interface Subscription {
  readonly userdata: bigint;
  readonly type: number;
  /** When a clock's event is due, in nanoseconds of that clock. */
  readonly deadline: bigint;
  readonly clock: number;
  readonly fd: number;
}

interface ReadyEvent {
  readonly subscription: Subscription;
  readonly errno: number;
  readonly bytes: number;
}

/**
 *     0 userdata u64 | 8 type u8 | 16 clock u32, 24 timeout u64, 32 precision u64, 40 flags u16   (clock)
 *                                | 16 fd u32                                                      (fd_read, fd_write)
 */
function readSubscription(view: DataView, at: number): Subscription {
  const type = view.getUint8(at + 8);
  const userdata = view.getBigUint64(at, true);
  const clock = view.getUint32(at + 16, true);
  if (type !== wasi.EVENTTYPE_CLOCK) return { userdata, type, deadline: 0n, clock: 0, fd: clock };
  const timeout = view.getBigUint64(at + 24, true);
  const isAbsolute = (view.getUint16(at + 40, true) & wasi.SUBCLOCKFLAGS_SUBSCRIPTION_CLOCK_ABSTIME) !== 0;
  const now = clockTime(clock);
  if (now === undefined) return { userdata, type, deadline: 0n, clock, fd: 0 };
  return { userdata, type, deadline: isAbsolute ? timeout : now + timeout, clock, fd: 0 };
}

/** The event of a subscription if it has happened. */
function check(subscription: Subscription, fds: readonly (Fd | undefined)[]): ReadyEvent | undefined {
  const event = (errno: number, bytes = 0): ReadyEvent => ({ subscription, errno, bytes });
  if (subscription.type === wasi.EVENTTYPE_CLOCK) {
    const now = clockTime(subscription.clock);
    if (now === undefined) return event(wasi.ERRNO_INVAL);
    return now >= subscription.deadline ? event(wasi.ERRNO_SUCCESS) : undefined;
  }
  const fd = fds[subscription.fd];
  if (fd === undefined) return event(wasi.ERRNO_BADF);
  if (subscription.type === wasi.EVENTTYPE_FD_READ && fd instanceof InputFd) {
    const bytes = fd.available();
    return bytes === undefined ? undefined : event(wasi.ERRNO_SUCCESS, bytes);
  }
  return event(wasi.ERRNO_SUCCESS, 1); // files and output never keep a program waiting
}

/** Milliseconds to sleep before the subscriptions are looked at again. */
function pause(subscriptions: readonly Subscription[]): number {
  let shortest = LONGEST_SLEEP_MS;
  for (const { type, clock, deadline } of subscriptions) {
    if (type !== wasi.EVENTTYPE_CLOCK) shortest = Math.min(shortest, INPUT_INTERVAL_MS);
    else shortest = Math.min(shortest, Number(deadline - (clockTime(clock) ?? deadline)) / 1e6);
  }
  return Math.max(shortest, 0);
}

function writeEvent(view: DataView, at: number, { subscription, errno, bytes }: ReadyEvent): void {
  view.setBigUint64(at, subscription.userdata, true);
  view.setUint16(at + 8, errno, true);
  view.setUint8(at + 10, subscription.type);
  view.setBigUint64(at + 16, BigInt(bytes), true);
  view.setUint16(at + 24, 0, true);
}

/** Pointers are those of the call: `count` subscriptions at `input`, events go to `output`, their number to `result`. */
export function pollOneoff(
  memory: GuestMemory,
  fds: readonly (Fd | undefined)[],
  { input, output, count, result }: { input: number; output: number; count: number; result: number },
): number {
  if (count === 0 || count > MAX_SUBSCRIPTIONS) return wasi.ERRNO_INVAL;
  checkRange(memory, input, count * SUBSCRIPTION_BYTES);
  checkRange(memory, output, count * EVENT_BYTES);
  const view = new DataView(memory.buffer);
  const subscriptions = Array.from({ length: count }, (_, i) => readSubscription(view, input + i * SUBSCRIPTION_BYTES));
  if (subscriptions.some((s) => s.type > wasi.EVENTTYPE_FD_WRITE)) return wasi.ERRNO_INVAL;
  for (;;) {
    const ready = subscriptions.map((s) => checkSafely(s, fds)).filter((event) => event !== undefined);
    for (const [i, event] of ready.entries()) writeEvent(view, output + i * EVENT_BYTES, event);
    if (ready.length > 0) {
      view.setUint32(result, ready.length, true);
      return wasi.ERRNO_SUCCESS;
    }
    sleep(pause(subscriptions));
  }
}

/** An error of one subscription is its event, not the failure of the call. */
function checkSafely(subscription: Subscription, fds: readonly (Fd | undefined)[]): ReadyEvent | undefined {
  try {
    return check(subscription, fds);
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === undefined || error instanceof WasiError) throw error;
    return { subscription, errno, bytes: 0 };
  }
}
