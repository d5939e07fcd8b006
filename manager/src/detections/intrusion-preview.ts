import { type Actor, type IntrusionPreview, previewDays, severityOfId } from '@sakimori/contract';
import type { Platform } from '../platform/index.ts';
import { effectiveIntrusionRules, intrusionScope } from '../policies/index.ts';
import { selectIntrusionCounts } from './store.ts';

const rulesMax = 100;

/**
 * What a switch of one host would have changed, by the rules that are in force there now and by what they found there.
 * @throws Refusal not_found
 */
export async function previewIntrusionMode(
  platform: Platform,
  actor: Actor,
  hostId: string,
  mode: 'prevent' | 'detect',
): Promise<IntrusionPreview> {
  const { accountId, scope, mode: now } = await intrusionScope(platform, actor, hostId);
  const rules = effectiveIntrusionRules(scope);
  const blocks = new Map(rules.map(({ id, detectOnly }) => [`intrusion:${id}`, !detectOnly]));
  const blocking = [...blocks.values()].filter(Boolean).length;
  const since = new Date(platform.clock.now().getTime() - previewDays * 86_400_000);
  const counts = await platform.database.as(accountId, (tx) => selectIntrusionCounts(tx, { accountId, hostId, since }));
  const byRule = counts.map(({ rule_id, name, name_ja, severity, blocked, detected }) => ({
    ...{
      ruleId: rule_id,
      name,
      ...(name_ja ? { nameJa: name_ja } : {}),
      severity: severityOfId(severity),
      blocked,
      detected,
    },
    effect: effectOf(mode, blocked, detected, blocks.get(rule_id) ?? false),
  }));
  const sum = (pick: (row: (typeof byRule)[number]) => number) => byRule.reduce((total, row) => total + pick(row), 0);
  return {
    ...{ mode, state: now.state, since: since.toISOString() },
    rules: {
      inForce: now.state === 'off' ? 0 : blocks.size,
      blockNow: now.state === 'prevent' ? blocking : 0,
      blockThen: mode === 'prevent' && now.state !== 'off' ? blocking : 0,
    },
    wouldPass: mode === 'detect' ? sum(({ blocked }) => blocked) : 0,
    wouldBlock: sum(({ effect, detected }) => (effect === 'blocks' ? detected : 0)),
    byRule: byRule.slice(0, rulesMax),
  };
}

function effectOf(
  mode: 'prevent' | 'detect',
  blocked: number,
  detected: number,
  isBlocking: boolean,
): IntrusionPreview['byRule'][number]['effect'] {
  if (mode === 'detect') return blocked > 0 ? 'passes' : 'same';
  return detected > 0 && isBlocking ? 'blocks' : 'same';
}
