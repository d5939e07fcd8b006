import { createInterface } from 'node:readline';

/** A line of JSON to the test that has started this program: an answer, or `{ event }` at any time. */
export const print = (value: unknown) => process.stdout.write(`${JSON.stringify(value)}\n`);

/**
 * Takes orders of a test as lines of JSON on standard input, one after another, and answers each with a line: what `orders[order.do]` resolves to, or
 * `{ fault }` in words. Ends the process with the input.
 */
export async function takeOrders<Order extends { readonly do: string }>(
  orders: Record<string, (order: Order) => Promise<unknown>>,
): Promise<never> {
  for await (const line of createInterface({ input: process.stdin })) {
    const order = JSON.parse(line) as Order;
    try {
      print(await orders[order.do]!(order));
    } catch (error) {
      print({ fault: error instanceof Error ? `${error.name}: ${error.message}` : String(error) });
    }
  }
  process.exit(0);
}
