import type { LogFormat } from '../event.ts';
import { usageFault } from './fault.ts';
import { isSigmaFile } from './sigma-content.ts';

/** What `logtest` and `logscan` were asked for. */
export interface Arguments {
  readonly rules: readonly string[];
  readonly decoders: readonly string[];
  readonly ossecConf: string | undefined;
  readonly format: LogFormat;
  readonly fresh: boolean;
  readonly json: boolean;
  readonly cases: boolean;
  /** Lines count at the time that they name. */
  readonly times: boolean;
  readonly help: boolean;
  /** Logs, for `logscan`. */
  readonly files: readonly string[];
}

const usageOf = (verb: string, input: string) => `usage: sakimori-agent ${verb} [option …]${input}

  --rules DIR|FILE …      rule files, of OSSEC (.xml) and Sigma (.yml); of a folder rules_config.xml first, then the others by name
  --decoders DIR|FILE …   decoder files, in this order
  --ossec-conf FILE       rules, decoders and lists of an OSSEC or Wazuh configuration, in its order
  --format FORMAT         syslog (time, host and program before the message; the default) or plain
  --fresh                 each line meets an engine that has seen nothing
  --times                 a line counts at the time that it names itself; otherwise now
  --json                  one JSON object a line
`;

export const logtestUsage = `${usageOf('logtest', '')}  --cases                 lines are JSON objects {"id","log"}, with "at" (a time), "from" (a path), "format" and "fresh" where they differ;
                          each answer carries the id

Reads log lines from standard input and says of each what was taken off its front, the decoder, the fields, the rule, its level and groups. What was
seen is remembered from line to line. Without --rules, --decoders and --ossec-conf it is the library that comes with the product.
Exit codes: 0 well, 64 wrong usage, 65 a file or case is refused, 66 a file is missing.
`;

export const logscanUsage = `${usageOf('logscan', ' FILE …')}
Runs whole logs (- is standard input, .gz is unpacked) and prints the alerts and a summary.
Exit codes: 0 well, 64 wrong usage, 65 a file is refused, 66 a file is missing.
`;

type Listed = 'rules' | 'decoders';

/** @throws CommandFault with code 64 */
export function readArguments(verb: 'logtest' | 'logscan', argv: readonly string[]): Arguments {
  const lists: Record<Listed, string[]> = { rules: [], decoders: [] };
  const single: { ossecConf?: string; format?: string } = {};
  const flags = { fresh: false, json: false, cases: false, times: false, help: false };
  const files: string[] = [];
  let open: Listed | undefined;
  for (let index = 0; index < argv.length; index++) {
    const given = argv[index]!;
    if (!given.startsWith('-') || given === '-') {
      if (open && (verb === 'logtest' || isContent(given))) lists[open].push(given);
      else files.push(given);
      continue;
    }
    const [name = '', ...rest] = given.split('=');
    const value = (): string => {
      const found = rest.length > 0 ? rest.join('=') : argv[++index];
      if (found === undefined || found === '' || (rest.length === 0 && found.startsWith('--')))
        throw usageFault(`${name} needs a value`);
      return found;
    };
    open = undefined;
    if (name === '--rules' || name === '--decoders') {
      open = name.slice(2) as Listed;
      lists[open].push(value());
    } else if (name === '--ossec-conf') single.ossecConf = once(single.ossecConf, name, value());
    else if (name === '--format') single.format = once(single.format, name, value());
    else readFlag(flags, name, rest);
  }
  if (verb === 'logtest' && files.length > 0 && !flags.help)
    throw usageFault(`unexpected: ${files[0]} (lines are read from standard input)`);
  if (verb === 'logscan' && files.length === 0 && !flags.help) throw usageFault('a log to scan is missing');
  if (verb === 'logscan' && flags.cases) throw usageFault('--cases is for logtest');
  const { ossecConf, format = 'syslog' } = single;
  if (format !== 'syslog' && format !== 'plain') throw usageFault(`\`${format}\` is no format: syslog or plain`);
  return { ...lists, ossecConf, format, ...flags, files };
}

/** `logscan --rules DIR access.log`: what is neither XML nor YAML nor a folder by its look is a log. */
const isContent = (name: string): boolean => name.endsWith('.xml') || name.endsWith('/') || isSigmaFile(name);

function once(before: string | undefined, name: string, value: string): string {
  if (before !== undefined) throw usageFault(`${name} stands there twice`);
  return value;
}

function readFlag(
  flags: Record<'fresh' | 'json' | 'cases' | 'times' | 'help', boolean>,
  name: string,
  rest: readonly string[],
): void {
  const flag = name === '-h' ? 'help' : name.slice(2);
  if (!(flag in flags) || (name !== '-h' && !name.startsWith('--'))) throw usageFault(`there is no option ${name}`);
  if (rest.length > 0) throw usageFault(`${name} takes no value`);
  flags[flag as keyof typeof flags] = true;
}
