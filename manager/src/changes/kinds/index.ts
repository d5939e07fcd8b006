import type { ChangeKindName } from '@sakimori/contract';
import type { UpgradeParts } from '../../upgrades/index.ts';
import type { ChangeKind } from '../kind.ts';
import { agentChange } from './agent.ts';
import { exclusionChange } from './exclusion.ts';
import { modeChange } from './mode.ts';
import { policyChange } from './policy.ts';
import { recipientsChange } from './recipients.ts';
import { taskChange } from './task.ts';

/** Every kind of change by its name. A further one is a file beside this and a line here. */
export const makeKinds = (upgrades: UpgradeParts): Readonly<Record<ChangeKindName, ChangeKind>> => ({
  policy: policyChange as ChangeKind,
  recipients: recipientsChange as ChangeKind,
  mode: modeChange as ChangeKind,
  exclusion: exclusionChange as ChangeKind,
  task: taskChange as ChangeKind,
  agent: agentChange(upgrades) as ChangeKind,
});
