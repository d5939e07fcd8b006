import { decodeEvent } from './decoders/decode.ts';
import type { DecoderSet } from './decoders/decoder.ts';
import { DecoderIndex } from './decoders/decoder-index.ts';
import type { LogEvent } from './event.ts';
import type { RuleSet } from './rules/rule.ts';
import { RuleIndex } from './rules/rule-index.ts';
import { type Found, findRule, type Past } from './rules/walk.ts';
import { GateList } from './scanner/gates.ts';
import { Scanner } from './scanner/scanner.ts';

/**
 * Decoders and rules behind one scanner: it reads each message once, and only what could match it is tried. What is found is what trying all one
 * by one finds.
 */
export class Shortcut {
  readonly #decoders: DecoderSet;
  readonly #rules: RuleSet;
  readonly #decoderIndex: DecoderIndex;
  readonly #ruleIndex: RuleIndex;
  readonly #scanner: Scanner;

  constructor(decoders: DecoderSet, rules: RuleSet) {
    const gates = new GateList();
    this.#decoders = decoders;
    this.#rules = rules;
    this.#decoderIndex = new DecoderIndex(decoders, gates);
    this.#ruleIndex = new RuleIndex(rules.roots, gates);
    this.#scanner = new Scanner(gates);
  }

  /** Bytes of what the scanner looks messages through with. */
  get bytes(): number {
    return this.#scanner.bytes;
  }

  /** Programs for which decoders are kept ready. */
  get programs(): number {
    return this.#decoderIndex.programs;
  }

  decode(event: LogEvent): void {
    this.#scanner.scan(event.message);
    if (this.#scanner.isBlind) decodeEvent(this.#decoders, event);
    else this.#decoderIndex.decode(event, this.#scanner);
  }

  find(event: LogEvent, past: Past): Found | undefined {
    // A decoder may have put another message in place of the one that was read.
    this.#scanner.scan(event.message);
    if (this.#scanner.isBlind) return findRule(this.#rules.roots, event, past);
    return this.#ruleIndex.find(event, past, this.#scanner);
  }
}
