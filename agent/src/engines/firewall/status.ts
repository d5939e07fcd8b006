import type { ModuleStatus } from '@sakimori/contract/module';
import { installCommandOf } from '../../install-command.ts';
import type { LeftOut } from './compile/event-key.ts';
import type { NftFault } from './nft.ts';

/** What the engine knows of itself. */
export type EngineState = {
  /** Rules that hold now; `undefined`: the rules could not be put in force. */
  readonly rules: number | undefined;
  readonly isTap: boolean;
  readonly leftOut: readonly LeftOut[];
  /** Why nftables cannot be used here. */
  readonly fault: NftFault | undefined;
  /** Why packets are not heard of, and why changes are only found by looking. */
  readonly eventsProblem: string | undefined;
  readonly watchProblem: string | undefined;
  readonly isContested: boolean;
  /** Rules of a schedule that were taken back because they cut the manager off. */
  readonly cutOff: string | undefined;
  readonly blocked: number;
};

const module = 'firewall' as const;
const install = installCommandOf(module);
const namesMax = 900;

export function statusOf(state: EngineState): ModuleStatus {
  if (state.fault) return lackingStatus(state.fault);
  const causes = causesOf(state);
  const { rules = 0, blocked, leftOut, isTap } = state;
  return {
    module,
    // Whoever set these wants what is left out.
    state: causes.length > 0 ? 'degraded' : 'active',
    causes,
    ...(isTap ? { notes: [{ code: 'firewall_tap', facts: {} }] } : {}),
    figures: {
      firewallRules: rules,
      ...(leftOut.length > 0 ? { firewallLeftOut: leftOut.length } : {}),
      ...(blocked > 0 ? { firewallBlocked: blocked } : {}),
    },
  };
}

function lackingStatus({ kind, message }: NftFault): ModuleStatus {
  const isMissing = kind === 'missing';
  return {
    module,
    state: 'lacking',
    ...(isMissing ? { lacks: 'nftables', install } : {}),
    causes: isMissing ? [] : [{ code: 'firewall_refused', facts: { detail: message.slice(0, 500) } }],
    figures: {},
  };
}

function causesOf(state: EngineState): ModuleStatus['causes'] {
  const { leftOut, eventsProblem, watchProblem, cutOff } = state;
  const of = (why: string) =>
    leftOut.filter((one) => (one.kind === 'rule' ? one.why : one.kind) === why).map(({ name }) => name);
  const left = (['mac', 'frame', 'setting'] as const)
    .map((why) => ({ why, names: of(why) }))
    .filter(({ names }) => names.length > 0)
    .map(({ why, names }) => ({
      code: `firewall_left_out_${why}`,
      facts: { count: names.length, names: shorten(names.join(', ')) },
    }));
  const detailed = { firewall_no_events: eventsProblem, firewall_no_watch: watchProblem, firewall_cut_off: cutOff };
  return [
    ...(state.rules === undefined ? [{ code: 'policy_not_applied', facts: {} }] : []),
    ...left,
    ...Object.entries(detailed).flatMap(([code, detail]) =>
      detail === undefined ? [] : [{ code, facts: { detail: detail.slice(0, 500) } }],
    ),
    ...(state.isContested ? [{ code: 'firewall_contested', facts: {} }] : []),
  ];
}

const shorten = (text: string): string => (text.length > namesMax ? `${text.slice(0, namesMax)}…` : text);
