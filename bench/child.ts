/** Work in processes of their own, so that what one measurement leaves behind in V8 does not change the next. */

import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Marks the process that does the work; what follows is its argument as JSON. */
const MARK = '--child';

/**
 * Runs the file at `url` in a new process, which answers with `serve`, and waits until it has ended: V8 goes on compiling for seconds, which
 * would disturb what is measured next. What the process prints is seen.
 */
export function inChild<Argument, Answer>(url: string, argument: Argument): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(url), [MARK, JSON.stringify(argument)]);
    let answer: { readonly message: unknown } | undefined;
    child.on('message', (message) => {
      answer = { message };
    });
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      if (answer !== undefined)
        resolve(answer.message as Answer); // `serve` sent it
      else reject(new Error(`its process ended with ${code ?? signal}, without an answer`));
    });
  });
}

/** In a process that `inChild` started: answers, and true. False in all others. */
export async function serve<Argument, Answer>(work: (argument: Argument) => Promise<Answer>): Promise<boolean> {
  const [mark, argument] = process.argv.slice(2);
  if (mark !== MARK || argument === undefined) return false;
  process.send?.(await work(JSON.parse(argument) as Argument));
  return true;
}
