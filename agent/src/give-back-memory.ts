/**
 * Gives back what a large piece of work left behind, a first scan or a set of rules: V8 by itself would keep it for minutes on a host that has
 * little to do for us. Does nothing where the agent was not started by its own program, which brings `--expose-gc`.
 */
export function giveBackMemory(): void {
  (globalThis as { gc?: () => void }).gc?.();
}
