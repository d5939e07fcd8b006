import { type Client, type Language, type PhraseFacts, type PhraseKey, phrase, phraseOr } from '@sakimori/contract';
import type { Command } from 'commander';
import { connect, findConnection } from './connection.ts';
import { type Column, plain, table } from './table.ts';

/** What every verb is given. */
export type Cli = {
  readonly language: Language;
  /** A phrase of the command line (`cli.<name>`). */
  readonly say: (name: string, facts?: PhraseFacts) => string;
  /** A word that came over the wire, in the reader's language. */
  readonly word: (area: string, word: string) => string;
  /** A time in Japan's zone, to the second. */
  readonly time: (instant: string | undefined) => string;
  /** Calls the service; connects at the first use. */
  readonly call: Client;
  /** A manager was named, on the command line or in the environment. */
  readonly isServerNamed: () => boolean;
  /** Prints JSON where it was asked for, else the text. */
  readonly show: (value: unknown, text: () => string) => void;
  /** A word to the person beside the result, on standard error; none with `--json`. */
  readonly remark: (text: string) => void;
  /** What was asked for was done, and its answer is a bad one: the run ends with this code. */
  readonly endWith: (exitCode: number) => void;
  readonly exitCode: () => number;
  readonly list: <Item>(value: { items: readonly Item[]; more?: boolean }, columns: Columns<Item>) => void;
};

/** A verb adds itself to its noun. */
export type Verb = (noun: Command, cli: Cli) => void;
export type Columns<Item> = readonly (readonly [head: string, cell: (item: Item) => string, align?: 'right'])[];

export type GlobalOptions = { server?: string; key?: string; json?: boolean };

const timeFormat = new Intl.DateTimeFormat('sv-SE', {
  dateStyle: 'short',
  timeStyle: 'medium',
  timeZone: 'Asia/Tokyo',
});

/** @param options the global options, asked for when they are first needed: they are parsed after the verbs were put together */
export function makeCli(language: Language, options: () => GlobalOptions, env: NodeJS.ProcessEnv): Cli {
  let client: Client | undefined;
  let code = 0;
  const say = (name: string, facts: PhraseFacts = {}) => phrase(language, `cli.${name}` as PhraseKey, facts);
  const show: Cli['show'] = (value, text) => {
    process.stdout.write(`${options().json ? JSON.stringify(value, null, 2) : text()}\n`);
  };
  return {
    language,
    say,
    word: (area, word) => plain(phraseOr(language, area, word)),
    time: (instant) => (instant === undefined ? '' : timeFormat.format(new Date(instant))),
    call: (route, given) => {
      client ??= connect(findConnection(options(), env));
      return client(route, given);
    },
    isServerNamed: () => (options().server ?? env['SAKIMORI_CLI_URL']) !== undefined,
    show,
    remark: (text) => {
      if (!options().json) process.stderr.write(`${plain(text)}\n`);
    },
    endWith: (exitCode) => {
      code = exitCode;
    },
    exitCode: () => code,
    list: (value, columns) =>
      show(value, () => {
        if (value.items.length === 0) return say('empty');
        const heads = columns.map(
          ([head, , align]): Column => ({ head: say(`head.${head}`), right: align === 'right' }),
        );
        const rows = value.items.map((item) => columns.map(([, cell]) => cell(item)));
        return table(heads, rows) + (value.more ? `\n${say('more')}` : '');
      }),
  };
}
