import { randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';
import { maskLines, show } from '../secret-mask.ts';

const linesMax = 100;
const lineMax = 500;

/** The last lines that a child wrote. Bounded, whatever it writes. */
export class LogTail {
  readonly #onLine: (line: string) => void;
  readonly #key = randomBytes(16);
  #lines: string[] = [];

  constructor(onLine: (line: string) => void = () => undefined) {
    this.#onLine = onLine;
  }

  /** Reads the stream to its end. A line that never ends is cut. */
  follow(stream: Readable | null | undefined): void {
    if (!stream) return;
    let rest = '';
    let isCut = false;
    stream.setEncoding('utf8');
    stream.on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (!isCut) this.#add(line);
        isCut = false;
      }
      if (rest.length <= lineMax) return;
      if (!isCut) this.#add(rest);
      isCut = true;
      rest = '';
    });
    stream.on('end', () => {
      if (rest && !isCut) this.#add(rest);
    });
    stream.on('error', () => undefined);
  }

  clear(): void {
    this.#lines = [];
  }

  /** The last lines, with secrets masked and control characters made visible, oldest first; at most `charactersMax` in all. */
  last(charactersMax: number): string {
    const lines = maskLines(this.#lines.join('\n'), this.#key).map(show);
    const kept: string[] = [];
    let characters = 0;
    for (const line of lines.reverse()) {
      characters += line.length + 1;
      if (characters > charactersMax) break;
      kept.unshift(line);
    }
    return kept.join('\n');
  }

  #add(line: string): void {
    const text = line.trimEnd().slice(0, lineMax);
    if (!text) return;
    this.#lines.push(text);
    if (this.#lines.length > linesMax) this.#lines.shift();
    this.#onLine(text);
  }
}
