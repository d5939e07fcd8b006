import type { FirewallPolicy } from '@sakimori/contract/policy-firewall';
import type { EngineHost } from '../engine.ts';
import type { RuleSet } from './compile/rule-set.ts';
import { freshText, keepText, removalText, trialText } from './compile/table.ts';
import type { PacketEvents } from './events/packet-events.ts';
import { type Nft, NftFault } from './nft.ts';

/** How long the kernel holds a rule set that nobody has confirmed. */
export const trialSeconds = 50;
/** The manager is asked this often, and each time has so long to answer: together well below the trial's time. */
const probesMax = 2;
export const probeMs = 10_000;

/** The rules in force: what we have put there, and what nft makes of it when it lists them. */
export type InForce = { readonly ruleSet: RuleSet; readonly policy: FirewallPolicy; readonly listing: string };

/** The new rules have cut the agent off, and have been taken back. */
export class CutOff extends Error {
  constructor(why: string) {
    super(`the rules cut this host off from its manager (${why}), so they were taken back`);
    this.name = 'CutOff';
  }
}

export type SafeApplyParts = { readonly host: EngineHost; readonly nft: Nft; readonly events: PacketEvents };

/** Remembers that a trial is under way: whoever finds it after a start knows how the last agent ended. */
export const trialKey = 'trial';

/**
 * Puts rules in force so that the agent can still reach its manager. The old rules stay in the table beside the new ones, which hold only as long
 * as the kernel remembers the elements of a set: 50 seconds. In that time the agent opens a new connection to its manager; when that works the
 * rules stay, when not they go at once. An agent that is killed, stopped or cut off in between changes nothing: the kernel goes back by itself.
 * @param before the rules in force, still standing in the table
 * @throws CutOff, NftFault
 */
export async function applyOnTrial(
  parts: SafeApplyParts,
  ruleSet: RuleSet,
  policy: FirewallPolicy,
  before: InForce | undefined,
): Promise<InForce> {
  const { host, nft, events } = parts;
  await host.report([], { [trialKey]: JSON.stringify({ atMs: host.clock.nowMs() }) });
  await events.begin(ruleSet, policy, true);
  await begin(nft, ruleSet, before);
  const fault = await probe(host);
  if (fault !== undefined) {
    await goBack(parts, ruleSet, before);
    await host.report([], { [trialKey]: undefined });
    throw new CutOff(fault);
  }
  const inForce = await keep(parts, ruleSet, policy, before);
  await host.report([], { [trialKey]: undefined });
  return inForce;
}

/** Where somebody else has changed the table meanwhile, what stands there is no ground to build on. */
async function begin(nft: Nft, ruleSet: RuleSet, before: InForce | undefined): Promise<void> {
  if (before && (await nft.list()) === before.listing)
    await nft.apply(trialText(ruleSet, before.ruleSet, trialSeconds));
  else await nft.apply(trialText(ruleSet, undefined, trialSeconds));
}

async function keep(
  parts: SafeApplyParts,
  ruleSet: RuleSet,
  policy: FirewallPolicy,
  before: InForce | undefined,
): Promise<InForce> {
  if (before) await parts.events.end(before.ruleSet.letter);
  try {
    await parts.nft.apply(keepText(ruleSet, before?.ruleSet));
    return { ruleSet, policy, listing: (await parts.nft.list()) ?? '' };
  } catch (error) {
    if (!(error instanceof NftFault)) throw error;
    // The table is not what it was when the trial began: the rules are good, so they take its place.
    return applyAtOnce(parts, ruleSet, policy);
  }
}

/** @returns why the manager cannot be reached; `undefined`: it can */
async function probe({ manager }: EngineHost): Promise<string | undefined> {
  let fault = 'no answer';
  for (let turn = 0; turn < probesMax; turn += 1) {
    try {
      await manager.reach(probeMs);
      return undefined;
    } catch (error) {
      fault = error instanceof Error ? error.message : String(error);
    }
  }
  return fault;
}

async function goBack({ nft, events }: SafeApplyParts, tried: RuleSet, before: InForce | undefined): Promise<void> {
  await events.end(tried.letter);
  try {
    await nft.apply(before ? keepText(before.ruleSet, tried) : removalText);
  } catch (error) {
    if (!before || !(error instanceof NftFault)) throw error;
    await nft.apply(freshText(before.ruleSet));
  }
}

/** Puts rules in force without asking, in the place of whatever stands in the table. @throws NftFault */
export async function applyAtOnce(
  { nft, events }: SafeApplyParts,
  ruleSet: RuleSet,
  policy: FirewallPolicy,
): Promise<InForce> {
  await events.end();
  await events.begin(ruleSet, policy, true);
  await nft.apply(freshText(ruleSet));
  return { ruleSet, policy, listing: (await nft.list()) ?? '' };
}
