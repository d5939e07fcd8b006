import { type ChangeWish, phrase, Refusal } from '@sakimori/contract';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { bySteps } from '../by-steps.ts';
import { aimsOf, findComputer, type Judge, previewOf, reachedBy } from '../impact.ts';
import { compare, linesOf } from '../steps.ts';

type ModeWish = Extract<ChangeWish, { kind: 'mode' }>;

/** Prevent or detect on one computer, whatever its policy says, until a time (S56). Other computers of the policy stay. */
export const modeChange = bySteps<ModeWish>(async ({ platform, way, accountId }, wish) => {
  const computer = await findComputer(platform, way, wish);
  if (!computer) throw new Refusal('not_found', { what: 'host' });
  const name = String(computer['displayName'] || computer['hostName']);
  const module = computer['intrusionPrevention'] as ApiObject | undefined;
  const state = module?.['state'];
  if (state !== 'prevent' && state !== 'detect')
    throw new Refusal('wrong_state', { what: 'intrusion_prevention', state: 'off' });
  const place = { type: 'computer', id: computer['ID'] as number, name } as const;
  const step = state === wish.mode ? undefined : await compare(way, place, { 'intrusionPrevention.state': wish.mode });
  const steps = step ? [step] : [];
  const status = (module?.['moduleStatus'] as ApiObject | undefined)?.['agentStatus'];
  const reached = await reachedBy(platform, way, aimsOf(steps));
  const preview = await previewOf(
    platform,
    accountId,
    reached,
    judge(wish.mode),
    status === 'error' ? ['engineMissing'] : [],
  );
  const words = phrase('ja', `change.mode.${wish.mode}`);
  return { subject: `${phrase('ja', 'changeKind.mode')}：${name}（${words}）`, steps, diff: linesOf(steps), preview };
});

/** Attacks that were blocked would have passed; what was only found would have been blocked. */
const judge =
  (mode: 'prevent' | 'detect'): Judge =>
  ({ module, isDenied }) => {
    if (module !== 'intrusion') return undefined;
    if (mode === 'detect') return isDenied ? 'passes' : undefined;
    return isDenied ? undefined : 'blocks';
  };
