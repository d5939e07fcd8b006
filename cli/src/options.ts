import { InvalidArgumentError, Option } from 'commander';
import type { Cli } from './cli.ts';

/** Options that several verbs take. */
export const accountOption = (cli: Cli, { required = false } = {}): Option =>
  new Option('--account <ACCOUNT>', cli.say('option.account')).makeOptionMandatory(required);

export const needed = (flags: string, description: string): Option =>
  new Option(flags, description).makeOptionMandatory();

export const oneOf = (flags: string, description: string, choices: readonly string[]): Option =>
  new Option(flags, description).choices([...choices]);

export const limitOption = (cli: Cli): Option =>
  new Option('--limit <N>', cli.say('option.limit')).default(50).argParser(wholeNumber(cli, 1));

/** Several words of a list, separated by commas. */
export const someOf = (flags: string, description: string, choices: readonly string[], cli: Cli): Option =>
  new Option(flags, description).default([...choices], choices.join(',')).argParser((value: string) => {
    const words = value.split(',').map((word) => word.trim());
    if (words.every((word) => choices.includes(word))) return words;
    throw new InvalidArgumentError(cli.say('usage.allowed', { list: choices.join(', ') }));
  });

/** Numbers separated by commas. */
export const numberList =
  (cli: Cli) =>
  (value: string): number[] =>
    value.split(',').map((word) => wholeNumber(cli, 1)(word.trim()));

export const wholeNumber =
  (cli: Cli, min: number) =>
  (value: string): number => {
    if (/^\d{1,9}$/.test(value) && Number(value) >= min) return Number(value);
    throw new InvalidArgumentError(cli.say('usage.wholeNumber', { min }));
  };

/** A day is its end in Japan; a time without a zone is one of Japan. */
export const timeParser =
  (cli: Cli) =>
  (value: string): string => {
    const text = /^\d{4}-\d\d-\d\d$/.test(value)
      ? `${value}T23:59:59+09:00`
      : /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?$/.test(value)
        ? `${value.replace(' ', 'T')}+09:00`
        : value;
    const ms = /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : Number.NaN;
    if (Number.isNaN(ms)) throw new InvalidArgumentError(cli.say('usage.time'));
    return new Date(ms).toISOString();
  };
