/**
 * How long a test waits before it calls something stuck that takes `ms` on a quiet machine. Tests run beside each other on few cores, so a bound
 * here only tells "at once" from "never" and linear from exponential; how fast something is, `bench/` measures.
 */
export const patience = (ms: number): number => ms * 8;
