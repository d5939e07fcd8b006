import type { IntegrityPolicy } from '@sakimori/contract/policy';

/** What a scan may use of one processor, as the policy's fields say (S23). */
export const cpuPercentOf = ({ cpuPercentMax, profile }: Pick<IntegrityPolicy, 'cpuPercentMax' | 'profile'>): number =>
  cpuPercentMax ?? (profile === 'light' ? 15 : 50);
