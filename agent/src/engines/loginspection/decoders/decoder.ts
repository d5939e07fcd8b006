import type { Category, DecodedBy, FieldName, FirstSightPart } from '../event.ts';
import type { Place } from '../fault.ts';
import type { Pattern } from '../patterns/index.ts';
import type { Plugin } from './plugins/index.ts';

/** From where a pattern looks: the whole message, behind what the parent matched, behind the own prematch, or behind the regex before. */
export type Offset = 'none' | 'after_parent' | 'after_prematch' | 'after_regex';

/** Where a capture goes: into a field that OSSEC knows, or into one that the decoder names itself. */
export type OrderTarget = { readonly field: FieldName } | { readonly named: string };

/** One `<decoder>` element. */
export interface Decoder extends DecodedBy {
  /** The name that events get: a child carries its parent's, unless it says `use_own_name`. */
  readonly name: string;
  readonly ownName: string;
  readonly place: Place;
  readonly parent: string | undefined;
  readonly category: Category;
  readonly program: Pattern | undefined;
  readonly prematch: Pattern | undefined;
  readonly prematchOffset: Offset;
  readonly regex: Pattern | undefined;
  readonly regexOffset: Offset;
  readonly order: readonly OrderTarget[];
  readonly firstSight: readonly FirstSightPart[];
  readonly accumulates: boolean;
  /** Takes the fields out instead of a regex. */
  readonly plugin: Plugin | undefined;
  /** Whether a sibling behind it is another regex of the same decoder. */
  continues: boolean;
  readonly children: Decoder[];
}

/** All decoders. Those with `<program_name>` see the events that have a program, the others those that have none. */
export interface DecoderSet {
  readonly withProgram: readonly Decoder[];
  readonly withoutProgram: readonly Decoder[];
  /** Names that `decoded_as` may use. */
  readonly names: ReadonlySet<string>;
  readonly count: number;
}
