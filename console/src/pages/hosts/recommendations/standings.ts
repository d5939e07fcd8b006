import type { HostRecommendations, HostRule, RecommendedModule } from '@sakimori/contract';
import type { Tone } from '../../../parts/severity-badge.tsx';

export type Standing = HostRule['standing'];
export type ModuleRules = HostRecommendations['modules'][number];

/** What asks for a decision comes first. */
export const standingOrder = ['missing', 'deviation', 'standard', 'left_out'] as const satisfies readonly Standing[];

export const standingTones: Readonly<Record<Standing, Tone>> = {
  standard: 'good',
  missing: 'warn',
  left_out: 'idle',
  deviation: 'watch',
};

export const countOf = (rules: readonly HostRule[], standing: Standing): number =>
  rules.filter((rule) => rule.standing === standing).length;

export const inStandingOrder = (rules: readonly HostRule[]): HostRule[] =>
  standingOrder.flatMap((standing) => rules.filter((rule) => rule.standing === standing));

/** What applying the standard would do to one module: the manager does the same. */
export type Preview = {
  readonly module: RecommendedModule;
  readonly added: readonly HostRule[];
  readonly removed: readonly HostRule[];
  /** Assigned by the policy though the standard does not ask for them. */
  readonly staying: readonly HostRule[];
};

export const previewOf = ({ module, rules }: ModuleRules): Preview => ({
  module,
  added: rules.filter(({ standing }) => standing === 'missing'),
  removed: rules.filter(({ standing, inherited }) => standing === 'deviation' && !inherited),
  staying: rules.filter(({ standing, inherited }) => standing === 'deviation' && inherited),
});
