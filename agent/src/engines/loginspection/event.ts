import { Subject } from './patterns/index.ts';

/** Names of what a decoder can take out of a line, as in `<order>`. `user` is another word for `dstuser`, `extra_data` for `data`. */
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
  readonly hostname?: string | undefined;
  readonly program?: string | undefined;
}

/** Where the texts of an event stand in `LogEvent.texts`: rules name them by number, so that trying one needs no look-up by name. */
export const slot = {
  message: 0,
  hostname: 1,
  program: 2,
  srcuser: 3,
  dstuser: 4,
  srcip: 5,
  dstip: 6,
  srcport: 7,
  dstport: 8,
  protocol: 9,
  action: 10,
  id: 11,
  url: 12,
  data: 13,
  status: 14,
  system_name: 15,
  filename: 16,
} as const satisfies Readonly<Record<FieldName | 'message' | 'hostname' | 'program', number>>;
export type Slot = (typeof slot)[keyof typeof slot];
const slotCount = Object.keys(slot).length;

/** A rule as an event refers to it: the one that an alert of another OSSEC names. */
export interface NamedRule {
  readonly id: number;
}

/** What of a decoder an event carries. */
export interface DecodedBy {
  readonly name: string;
  /** Which values make an event new for `if_fts`. */
  readonly firstSight: readonly FirstSightPart[];
  readonly accumulates: boolean;
}

/** What of an event counts for `<fts>`, `<ignore>` and `<check_if_ignored>`. */
export type FirstSightPart = FieldName | 'location' | 'name';

export type Origin = Pick<LogEvent, 'timeMs' | 'format' | 'location' | 'line'>;

/** One line on its way through decoders and rules. */
export class LogEvent {
  /** When the line was read, milliseconds since 1970. OSSEC's time is that of the reading, not the one in the line. */
  readonly timeMs: number;
  readonly format: LogFormat;
  /** Where the line comes from, usually a path. */
  location: string;
  readonly line: string;
  /** By `slot`; a hole where the line has no such thing. */
  readonly texts: (Subject | undefined)[];
  decodedBy: DecodedBy | undefined = undefined;
  category: Category = 'syslog';
  /** Fields that a decoder named itself, by their name in lower case. */
  named: Map<string, Subject> | undefined = undefined;
  /** Highest level of a composite that has fired with it: such a one and lower ones do not use it again. */
  firedLevel = 0;
  /** Whether the fields stand in the message as they are. */
  fieldsAreOfMessage = true;
  /** Set for the alert of another OSSEC: the id of its rule, or undefined for a text that names none of ours. */
  forwardedRule: { readonly id: string | undefined } | undefined = undefined;

  constructor(origin: Origin, predecoded: Predecoded) {
    this.timeMs = origin.timeMs;
    this.format = origin.format;
    this.location = origin.location;
    this.line = origin.line;
    // Made as long as it will be: an array that grows takes twice the room.
    this.texts = new Array<Subject | undefined>(slotCount);
    this.texts[slot.message] = new Subject(predecoded.message);
    if (predecoded.hostname !== undefined) this.texts[slot.hostname] = new Subject(predecoded.hostname);
    if (predecoded.program !== undefined) this.texts[slot.program] = new Subject(predecoded.program);
  }

  get message(): Subject {
    return this.texts[slot.message]!;
  }

  get hostname(): Subject | undefined {
    return this.texts[slot.hostname];
  }

  get program(): Subject | undefined {
    return this.texts[slot.program];
  }

  /** Name of the decoder, as `decoded_as` means it. */
  get decoder(): string | undefined {
    return this.decodedBy?.name;
  }

  setField(name: FieldName, value: string): void {
    this.texts[slot[name]] = this.#subject(value);
  }

  setNamed(name: string, value: string): void {
    this.named ??= new Map();
    this.named.set(name.toLowerCase(), new Subject(value));
  }

  /** What a message of ASCII alone has in it is ASCII as well. */
  #subject(value: string): Subject {
    return new Subject(value, this.fieldsAreOfMessage && this.texts[0]!.isKnownAscii ? true : undefined);
  }

  textAt(at: Slot): string | undefined {
    return this.texts[at]?.text;
  }
}

export const fieldText = (event: LogEvent, name: FieldName): string | undefined => event.texts[slot[name]]?.text;

/** Everything that was taken out of the line, by name. */
export function fieldsOf(event: LogEvent): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const name of fieldNames) {
    const text = fieldText(event, name);
    if (text !== undefined) fields[name] = text;
  }
  for (const [name, value] of event.named ?? []) fields[name] = value.text;
  return fields;
}
