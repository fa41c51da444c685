/** The process of one measured run: gets an order, answers, and ends. */

import { answered } from './overhead/answer.ts';
import type { Order } from './overhead/order.ts';

process.once('message', async (order) => {
  const answer = await answered(order as Order); // the process that starts this one sends nothing else
  process.send?.(answer, () => process.disconnect());
});
