/** A line that one of our events wrote. */
export type TraceLine = {
  readonly pid: number;
  /** As the process calls itself; absent where the kernel has forgotten it. */
  readonly name?: string;
  /** Milliseconds by the machine's monotonic clock. */
  readonly atMs: number;
} & (
  | { readonly kind: 'connect'; readonly address: string; readonly port: number }
  | { readonly kind: 'exec'; readonly path: string }
);

/**
 * Reads a line of the kernel's trace: `curl-1234 [001] ..... 12.345678: inet_sock_set_state: family=AF_INET … dport=80 saddr=… daddr=… daddrv6=… …`
 * or `…: sched_process_exec: filename=/usr/bin/curl pid=1234 old_pid=1234`. Names of processes and files may hold anything but a line break, so the event
 * is the word behind the time, and never one that stands further right.
 */
export function readTraceLine(line: string): TraceLine | undefined {
  const found = /^\s*(.{1,16}?)-(\d+)\s+(?:\(.{1,9}?\)\s+)?\[\d+\]\s+\S+\s+(\d+\.\d+): (\w+): (.*)$/.exec(line);
  if (!found) return undefined;
  const [, name = '', pid, seconds, event, rest = ''] = found;
  const base = { pid: Number(pid), atMs: Number(seconds) * 1000, ...(name === '<...>' ? {} : { name }) };
  if (event === 'inet_sock_set_state') {
    const [, family, port, four = '', six = ''] =
      /^family=(AF_INET6?) .*?dport=(\d+) .*?daddr=(\S+) .*?daddrv6=(\S+)/.exec(rest) ?? [];
    if (!family) return undefined;
    const address = family === 'AF_INET' || /^::ffff:\d/.test(six) ? four : six;
    return { ...base, kind: 'connect', address, port: Number(port) };
  }
  // A thread that is not the first one takes the number of the process over when it runs another program: `pid` is that one.
  const [, path, started] = /^filename=(.*) pid=(\d+) old_pid=\d+$/.exec(rest) ?? [];
  return event === 'sched_process_exec' && path && started
    ? { ...base, pid: Number(started), kind: 'exec', path }
    : undefined;
}
