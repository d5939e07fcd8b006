import type { LineFault, NewWebFeed } from '@sakimori/contract';
import type { WebEntryKind } from '@sakimori/contract/web-reputation/entry';
import { readEntry } from '@sakimori/contract/web-reputation/entry-text';
import { FeedProblem } from './problem.ts';

/** What a feed says, line by line. Pure. What is wrong with a line is a word below `web.fault.`. */
export type FeedEntry = {
  readonly kind: WebEntryKind;
  readonly text: string;
  readonly score: number;
  readonly category: string;
};
export type ReadFeed = { readonly entries: FeedEntry[]; readonly faults: LineFault[]; readonly faultCount: number };

export const lineCharactersMax = 8192;
const faultsShown = 20;
const categoryForm = /^[a-z0-9][a-z0-9_-]{0,39}$/;

/**
 * @param entriesMax beyond it the feed is refused
 * @throws FeedProblem
 */
export function readFeed(
  text: string,
  { format, category, score }: Pick<NewWebFeed, 'format' | 'category' | 'score'>,
  entriesMax: number,
): ReadFeed {
  const entries: FeedEntry[] = [];
  const faults: LineFault[] = [];
  let [faultCount, line, at] = [0, 0, 0];
  const readLine = lineReaders[format];
  while (at < text.length) {
    const end = text.indexOf('\n', at);
    const raw = text.slice(at, end < 0 ? text.length : end).trim();
    at = end < 0 ? text.length : end + 1;
    line += 1;
    if (raw === '' || raw.startsWith('#') || raw.startsWith('!')) continue;
    const found = raw.length > lineCharactersMax ? ('too_long' as const) : readLine(raw, { category, score });
    if (typeof found === 'string') {
      faultCount += 1;
      if (faults.length < faultsShown) faults.push({ line, text: raw.slice(0, 100), fault: found });
    } else entries.push(...found);
    if (entries.length > entriesMax) throw new FeedProblem('too_many', entriesMax);
  }
  const [first] = faults;
  if (entries.length === 0) throw first ? new FeedProblem('unreadable', first.line) : new FeedProblem('empty');
  if (faultCount > entries.length) throw new FeedProblem('other_format', faultCount);
  return { entries, faults, faultCount };
}

type Usual = { readonly category: string; readonly score: number };
type LineReader = (line: string, usual: Usual) => FeedEntry[] | string;

function entryOf(written: string, { category, score }: Usual): FeedEntry[] | string {
  const entry = readEntry(written);
  return 'fault' in entry ? entry.fault : [{ ...entry, category, score }];
}

const hostsLine = /^(?:0\.0\.0\.0|127\.0\.0\.1|::1?)\s+(\S.*)$/;
const ownNames = /^(?:localhost(?:\.localdomain)?|local|broadcasthost|ip6-\w+|0\.0\.0\.0)$/i;

const lineReaders: { readonly [F in NewWebFeed['format']]: LineReader } = {
  list(line, usual) {
    const plain = line.replace(/\s+#.*$/, '');
    const names = hostsLine.exec(plain)?.[1]?.split(/\s+/);
    if (!names) return /\s/.test(plain) ? ('no_address' as const) : entryOf(plain, usual);
    const found = names.filter((name) => !ownNames.test(name)).map((name) => entryOf(name, usual));
    return found.find((one) => typeof one === 'string') ?? (found.flat() as FeedEntry[]);
  },
  /** id, date, URL, state, last online, threat, tags, link, reporter; all in quotes. */
  urlhaus(line, usual) {
    const columns = readCsv(line);
    if (columns === undefined || columns.length < 8) return 'no_urlhaus';
    if (columns[0] === 'id') return [];
    const isGone = columns[3] === 'offline';
    const category = /malware/.test(columns[5] ?? '') ? 'malware' : usual.category;
    return entryOf(columns[2] ?? '', { category, score: isGone ? Math.max(0, usual.score - 20) : usual.score });
  },
  scored(line, usual) {
    const columns = readCsv(line);
    if (columns === undefined || columns.length > 3) return 'columns';
    const [written = '', score = '', category = ''] = columns.map((column) => column.trim());
    if (written === 'address' && score === 'score') return [];
    const number = score === '' ? usual.score : /^\d{1,3}$/.test(score) ? Number(score) : Number.NaN;
    if (!(number <= 100)) return 'score';
    if (category !== '' && !categoryForm.test(category)) return 'category';
    return entryOf(written, { score: number, category: category || usual.category });
  },
};

/** One line of RFC 4180; quotes that do not end: undefined. */
export function readCsv(line: string): string[] | undefined {
  const columns: string[] = [];
  let at = 0;
  while (at <= line.length) {
    if (line[at] === '"') {
      let value = '';
      for (at += 1; ; at += 1) {
        if (at >= line.length) return undefined;
        if (line[at] !== '"') value += line[at];
        else if (line[at + 1] === '"') value += line[at++];
        else break;
      }
      columns.push(value);
      at += 1;
      if (at < line.length && line[at] !== ',') return undefined;
    } else {
      const end = line.indexOf(',', at);
      columns.push(line.slice(at, end < 0 ? line.length : end));
      at = end < 0 ? line.length : end;
    }
    at += 1;
  }
  return columns;
}
