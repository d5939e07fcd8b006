/** One source that asks for this many different ports within a minute is scanning. */
export const scanPortsMin = 20;
const windowMs = 60_000;
/** A source that goes on is told once in this time. */
const quietMs = 600_000;
const sourcesMax = 5000;

type Source = { startedMs: number; ports: Set<string>; toldMs: number | undefined };

/** Counts the ports that each source asks for. Bounded: of many sources the oldest is forgotten. */
export class ScanWatch {
  readonly #sources = new Map<string, Source>();

  /** @param port protocol and number, `tcp/22`. @returns how many ports, when the source is found out now */
  note(source: string, port: string, nowMs: number): number | undefined {
    const entry = this.#entryOf(source, nowMs);
    if (nowMs - entry.startedMs > windowMs) {
      entry.ports = new Set();
      entry.startedMs = nowMs;
    }
    if (entry.ports.size < scanPortsMin) entry.ports.add(port);
    const isQuiet = entry.toldMs !== undefined && nowMs - entry.toldMs < quietMs;
    if (entry.ports.size < scanPortsMin || isQuiet) return undefined;
    entry.toldMs = nowMs;
    return entry.ports.size;
  }

  #entryOf(source: string, nowMs: number): Source {
    const known = this.#sources.get(source);
    if (known) return known;
    const oldest = this.#sources.size >= sourcesMax ? this.#sources.keys().next() : undefined;
    if (oldest && !oldest.done) this.#sources.delete(oldest.value);
    const entry: Source = { startedMs: nowMs, ports: new Set(), toldMs: undefined };
    this.#sources.set(source, entry);
    return entry;
  }
}
