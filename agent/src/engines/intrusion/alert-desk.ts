import type { IntrusionPolicyRule } from '@sakimori/contract/policy-intrusion';
import type { SuricataMode } from '@sakimori/contract/suricata-yaml';
import { toInstant } from '../../clock.ts';
import type { DetectionDraft, EngineHost } from '../engine.ts';
import { type AlertEvent, readAlertEvent } from './events/alert-event.ts';
import { directionOf, draftOfAlert, severityOf } from './events/draft.ts';
import { type Repeat, Repeats } from './events/repeats.ts';
import { FlowProcesses, type LocalFlow } from './flow-process/index.ts';
import { placeKeyOf } from './suricata/sensor.ts';

const repeatsKey = 'repeats';
/** In a burst, programs are looked for this often in one piece of the log; what follows is told without. */
const lookUpsMax = 50;

/** Where alerts become detections. */
export class AlertDesk {
  readonly #host: EngineHost;
  readonly #repeats: Repeats;
  #processes: FlowProcesses | undefined;
  #rules: ReadonlyMap<number, IntrusionPolicyRule> = new Map();
  #ruleOfOthers: (sid: number) => IntrusionPolicyRule | undefined = () => undefined;
  #own: ReadonlySet<string> = new Set();
  /** Which sensor's alerts count, since when, and which one watched before it. */
  #current:
    | { readonly mode: SuricataMode; readonly sinceMs: number; readonly before: SuricataMode | undefined }
    | undefined;

  constructor(host: EngineHost) {
    this.#host = host;
    this.#repeats = new Repeats(host.recall(repeatsKey));
  }

  /** Why programs that end at once are not known; undefined: they are. */
  get processProblem(): string | undefined {
    return this.#processes?.problem;
  }

  open(tracing?: readonly string[]): void {
    this.#processes ??= new FlowProcesses(this.#host.clock, tracing);
  }

  /** @param isLast the rules before are not in force any more; until then alerts of both are understood */
  useRules(rules: ReadonlyMap<number, IntrusionPolicyRule>, isLast: boolean): void {
    this.#rules = isLast ? rules : new Map([...this.#rules, ...rules]);
  }

  /** Rules that are loaded beside those of the policy. */
  useRulesOfOthers(find: (sid: number) => IntrusionPolicyRule | undefined): void {
    this.#ruleOfOthers = find;
  }

  useAddresses(own: ReadonlySet<string>): void {
    this.#own = own;
  }

  /** From now on alerts of this sensor count: both see the traffic while one takes over from the other, and each alert is told once. */
  listenTo(mode: SuricataMode): void {
    const before = this.#current?.mode;
    if (before !== mode) this.#current = { mode, sinceMs: this.#host.clock.nowMs(), before };
  }

  async take(mode: SuricataMode, lines: readonly string[], place: string): Promise<void> {
    const drafts: DetectionDraft[] = [];
    let lookUps = 0;
    for (const line of lines) {
      const event = readAlertEvent(line);
      const rule = event && this.#ruleOf(event.sid);
      if (!event || !rule || !this.#isTold(mode, event, rule)) continue;
      const actsAs = mode === 'inline' ? 'prevent' : 'detect';
      if (!this.#repeats.isFirst(event, actsAs)) continue;
      const direction = directionOf(event, this.#own);
      lookUps += 1;
      const flow =
        direction === 'forwarded' || lookUps > lookUpsMax ? undefined : flowOf(event, direction === 'outgoing');
      const process = flow && (await this.#processes?.find(flow));
      drafts.push(draftOfAlert(event, rule, { mode: actsAs, direction, process }));
    }
    drafts.push(...this.#ended(false));
    await this.#host.report(drafts, { [placeKeyOf(mode)]: place, [repeatsKey]: this.#repeats.text() });
  }

  /** Tells what was counted and is over. */
  async round(all = false): Promise<void> {
    const drafts = this.#ended(all);
    if (drafts.length > 0) await this.#host.report(drafts, { [repeatsKey]: this.#repeats.text() });
  }

  close(): void {
    this.#processes?.close();
    this.#processes = undefined;
  }

  #isTold(mode: SuricataMode, event: AlertEvent, rule: IntrusionPolicyRule): boolean {
    if (!rule.logEvents || (event.isBlocked && !rule.logDrops)) return false;
    const current = this.#current;
    if (!current?.before) return true;
    // An inline sensor that goes has the last word about what it has blocked.
    return mode === current.mode
      ? event.atMs >= current.sinceMs
      : event.atMs < current.sinceMs || (mode === 'inline' && event.isBlocked);
  }

  #ruleOf(sid: number): IntrusionPolicyRule | undefined {
    return this.#rules.get(sid) ?? this.#ruleOfOthers(sid);
  }

  #ended(all: boolean): DetectionDraft[] {
    return this.#repeats.takeEnded(this.#host.clock.nowMs(), all).map((repeat) => this.#draftOfRepeat(repeat));
  }

  #draftOfRepeat(repeat: Repeat): DetectionDraft {
    const { sid, isBlocked, count, mode, source, destination, destinationPort, protocol } = repeat;
    const rule = this.#ruleOf(sid);
    const isIn = this.#own.has(destination);
    return {
      kind: 'intrusion.matched',
      occurredAt: toInstant(repeat.lastAtMs),
      rule: rule
        ? { id: `intrusion:${rule.id}`, name: rule.name.en, ...(rule.name.ja ? { nameJa: rule.name.ja } : {}) }
        : { id: `intrusion:sid:${sid}`, name: `Rule ${sid}` },
      severity: rule ? severityOf(rule) : 'medium',
      title: `${isBlocked ? 'Blocked' : 'Detected'} ${count} more times: ${rule?.name.en ?? sid}`.slice(0, 500),
      ...{ mode, action: isBlocked ? 'denied' : 'observed', actionResult: isBlocked ? 'success' : 'none' },
      subject: isIn ? source : destination,
      source: { address: source },
      destination: { address: destination, ...(destinationPort ? { port: destinationPort } : {}) },
      facts: {
        ...{ sid: `${sid}`, protocol, count, firstAt: toInstant(repeat.beganAtMs), lastAt: toInstant(repeat.lastAtMs) },
        ...(rule ? { ruleId: `${rule.id}` } : {}),
      },
    };
  }
}

function flowOf(event: AlertEvent, isOutgoing: boolean): LocalFlow | undefined {
  const { protocol, source, destination, startedAtMs } = event;
  if ((protocol !== 'tcp' && protocol !== 'udp') || source.port === undefined || destination.port === undefined)
    return undefined;
  const ends = [
    { address: source.address, port: source.port },
    { address: destination.address, port: destination.port },
  ] as const;
  const [local, peer] = isOutgoing ? ends : [ends[1], ends[0]];
  return { protocol, local, peer, isOutgoing, startedAtMs };
}
