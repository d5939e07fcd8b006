import { Subject } from './patterns/index.ts';

/** Names of what a decoder can take out of a line, as in `<order>`. `user` is another word for `dstuser`. */
export const fieldNames = [
  'srcuser',
  'dstuser',
  'srcip',
  'dstip',
  'srcport',
  'dstport',
  'protocol',
  'action',
  'id',
  'url',
  'data',
  'status',
  'system_name',
  'filename',
] as const;
export type FieldName = (typeof fieldNames)[number];

/** Kinds of decoders and of rule trees: a rule is tried on events of its own category alone. */
export const categories = [
  'syslog',
  'firewall',
  'ids',
  'web-log',
  'squid',
  'windows',
  'host-information',
  'ossec',
] as const;
export type Category = (typeof categories)[number];

/** `syslog`: time, host and program stand before the message. `plain`: the line is the message. */
export type LogFormat = 'syslog' | 'plain';

/** What stands before the message of a syslog line. */
export interface Predecoded {
  readonly message: string;
  readonly hostname?: string;
  readonly program?: string;
}

/** One line on its way through decoders and rules. */
export interface LogEvent {
  /** When the line was read, milliseconds since 1970. OSSEC's time is that of the reading, not the one in the line. */
  readonly timeMs: number;
  readonly format: LogFormat;
  /** Where the line comes from, usually a path. */
  readonly location: string;
  readonly line: string;
  readonly message: Subject;
  readonly hostname: Subject | undefined;
  readonly program: Subject | undefined;
  decoder: string | undefined;
  category: Category;
  readonly fields: Map<FieldName, Subject>;
}

/** An event before decoding. */
export function eventOf(
  origin: Pick<LogEvent, 'timeMs' | 'format' | 'location' | 'line'>,
  predecoded: Predecoded,
): LogEvent {
  return {
    ...origin,
    message: new Subject(predecoded.message),
    hostname: predecoded.hostname === undefined ? undefined : new Subject(predecoded.hostname),
    program: predecoded.program === undefined ? undefined : new Subject(predecoded.program),
    decoder: undefined,
    category: 'syslog',
    fields: new Map(),
  };
}

export const fieldText = (event: LogEvent, name: FieldName): string | undefined => event.fields.get(name)?.text;
