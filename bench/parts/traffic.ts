import type { Detection, Severity } from '@sakimori/contract';
import { makeSample } from '../../test/simulated-agent.ts';

type Module = Detection['module'];

/** Of a hundred detections: mostly packets, file changes and log lines below the level of alerts, and three that raise or add to alerts. */
const mixture: readonly [module: Module, severity: Severity, share: number][] = [
  ['firewall', 'informational', 40],
  ['integrity', 'low', 30],
  ['loginspection', 'low', 20],
  ['webreputation', 'low', 7],
  ['loginspection', 'high', 2],
  ['antimalware', 'high', 1],
];
const deck = mixture.flatMap(([module, severity, share]) => Array<[Module, Severity]>(share).fill([module, severity]));

/** The `index`-th detection of a host's traffic; alerts concern five attackers or files. */
export function makeTraffic(owner: { accountId: string; hostId: string }, index: number): Detection {
  const [module, severity] = deck[(index * 37) % deck.length]!;
  return makeSample(module, owner, { severity, subject: `subject ${index % 5}` });
}
