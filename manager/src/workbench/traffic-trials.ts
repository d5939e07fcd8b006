import { Refusal, type RuleHit, type TryLimit } from '@sakimori/contract';
import type { ConfigurationView } from '../configuration/index.ts';
import type { Platform } from '../platform/index.ts';
import { countPackets, decodeCapture } from './capture-file.ts';
import { compileIntrusion, type Drafted, ruleTextOf } from './check.ts';
import { type Findings, ofDetection, Tally } from './findings.ts';
import { rebuildTraffic } from './rebuilt-traffic.ts';
import { looksBeyondStored } from './seen-buffers.ts';
import { storedDetections } from './stored.ts';
import { type CaptureAlert, findSuricata, playCapture } from './suricata.ts';

/** @throws Refusal `engine_missing` */
function demandEngine(): string {
  const program = findSuricata();
  if (!program) throw new Refusal('engine_missing');
  return program;
}

/** @throws Refusal `engine_missing`, `capture_refused`, `rule_faulty`, `trial_too_long` */
export async function tryOnCapture(
  { draft }: Drafted,
  view: ConfigurationView,
  given: { readonly content: string; readonly homeNet: readonly string[] },
): Promise<Findings> {
  const capture = decodeCapture(given.content);
  const packets = countPackets(capture);
  const program = demandEngine();
  const tally = new Tally(false);
  await playCapture(program, compileIntrusion(draft, view), capture, given.homeNet, (alert) =>
    tally.add({ at: alert.at, ruleName: draft.name, text: wordsOf(alert) }),
  );
  return tally.result(packets, []);
}

/**
 * Detections of intrusion prevention of the last 30 days, made into traffic again as far as they tell of it, and played to the engine.
 * @throws Refusal `engine_missing`, `rule_faulty`, `trial_too_long`
 */
export async function tryOnStoredTraffic(
  platform: Platform,
  accountId: string,
  { draft }: Drafted,
  view: ConfigurationView,
): Promise<Findings> {
  const program = demandEngine();
  const { items, since, isCut } = await storedDetections(platform, accountId, 'intrusion');
  const traffic = rebuildTraffic(items.map(({ record }) => record));
  const byId = new Map(items.map((item) => [item.record.id, item]));
  const found = new Map<string, RuleHit>();
  if (traffic.count > 0)
    await playCapture(program, compileIntrusion(draft, view), traffic.capture, traffic.homeNet, (alert) => {
      const { source, sourcePort, destination, destinationPort } = alert;
      const record = traffic.find(source, sourcePort, destination, destinationPort);
      const item = record && byId.get(record.id);
      // A rule may speak several times of one connection: it is one detection that it would have hit.
      if (item) found.set(item.record.id, { ...ofDetection(item), ruleName: draft.name, text: wordsOf(alert) });
    });
  const tally = new Tally(true);
  for (const hit of [...found.values()].sort((a, b) => (a.at! < b.at! ? -1 : 1))) tally.add(hit);
  const limits: TryLimit[] = [
    'stored_traffic',
    ...(looksBeyondStored(ruleTextOf(draft.text) ?? '') ? (['stored_contents'] as const) : []),
    ...(traffic.hasExcerpts ? (['masked'] as const) : []),
    ...(isCut ? (['newest_only'] as const) : []),
  ];
  return { ...tally.result(traffic.count, limits), since };
}

const wordsOf = ({ source, sourcePort, destination, destinationPort, protocol, about }: CaptureAlert): string => {
  const ends = `${at(source, sourcePort)} → ${at(destination, destinationPort)}`;
  return [ends, protocol, about].filter(Boolean).join(' ');
};
const at = (address: string, port: number): string =>
  port === 0 ? address : address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
