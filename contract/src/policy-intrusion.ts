import { z } from 'zod';
import { intrusionPriorities } from './intrusion-library.ts';
import { FirewallContext, FirewallSurroundings } from './policy-firewall.ts';
import { Severity } from './severity.ts';

/**
 * The intrusion prevention part of a policy, as an agent gets it: every rule is a line in Suricata's language in which ports and direction of its
 * application type stand already; schedule and context, which that language does not know, stand beside it.
 * `manager/src/policies/compile/intrusion.ts` makes it.
 */
export const intrusionRulesMax = 10_000;
/** Longest rule that Suricata reads. */
export const intrusionRuleCharactersMax = 8190;

const RuleName = z.string().trim().min(1).max(300);

export const IntrusionPolicyRule = z.object({
  /** The rule's ID in the API; events name it. A rule of the API may be several lines here, each with a `sid` of its own. */
  id: z.number().int().min(1).max(2_147_483_647),
  /** What the engine's alert says. Unique within the policy. */
  sid: z.number().int().min(1).max(4_294_967_295),
  name: z.object({ en: RuleName, ja: RuleName.optional() }),
  severity: Severity,
  priority: z.enum(intrusionPriorities),
  /**
   * Always begins with `alert`: an engine that prevents makes `drop` of it, unless `detectOnly`. Addresses are `any`, `$HOME_NET` (those of the host
   * itself, which the engine defines) and `$EXTERNAL_NET` (all others).
   */
  rule: z
    .string()
    .min(20)
    .max(intrusionRuleCharactersMax)
    .regex(/^alert [^\r\n\0]+$/),
  /** Never blocks, also where the policy prevents. */
  detectOnly: z.boolean(),
  logEvents: z.boolean(),
  /** An event is also written for what was blocked; without it blocked packets go unsaid. */
  logDrops: z.boolean(),
  includePacketData: z.boolean(),
  alert: z.boolean(),
  /** Name of what the rule protects, for events. */
  applicationType: RuleName.optional(),
  CVE: z.array(z.string().max(30)).max(50).optional(),
  CVSSScore: z.string().max(10).optional(),
  /** Techniques of MITRE ATT&CK. */
  attack: z.array(z.string().max(20)).max(20).optional(),
  /** Hours of the week in which the rule is in force, by the host's local time; the first is Sunday from 0:00 to 1:00. Absent: always. */
  hoursOfWeek: z.array(z.boolean()).length(168).optional(),
  /** The rule is in force only where the host stands like one of these. Absent: everywhere. */
  context: FirewallContext.optional(),
});
export type IntrusionPolicyRule = z.infer<typeof IntrusionPolicyRule>;

/** Rules of others that are loaded beside those of the policy and only detect: ET Open, or what a mirror has. */
export const CommunityRulesSetting = z.strictObject({
  /** A tarball of rules, or a file of them; absent: ET Open from Emerging Threats. Without a name and password, for it is shown. */
  url: z
    .url({ protocol: /^https?$/ })
    .max(1000)
    .refine((text) => !/^[^/]*\/\/[^/]*@/.test(text), 'a name or password in it would be shown to everybody')
    .optional(),
  everyHours: z.number().int().min(1).max(720).default(24),
});
export type CommunityRulesSetting = z.infer<typeof CommunityRulesSetting>;

/** `{ state: 'off' }` is a whole policy. */
export const IntrusionPolicy = z
  .object({
    state: z.enum(['off', 'prevent', 'detect']),
    /** What the settings of the network engine say; absent: in the way of packets, open where it fails, forwarded traffic where the host forwards. */
    network: z
      .object({
        /** tap: nothing is held up, also where the state is `prevent`. */
        mode: z.enum(['inline', 'tap']),
        /** What happens to traffic while the engine hangs or is gone: it passes, or it is dropped. */
        failure: z.enum(['open', 'closed']),
        /** Traffic of containers and virtual machines goes through it, also where the kernel does not say that it forwards. */
        forwarded: z.boolean(),
      })
      .optional(),
    /** How the host finds out where it stands, for rules with a context. */
    surroundings: FirewallSurroundings.optional(),
    communityRules: CommunityRulesSetting.optional(),
    /** The most important first. */
    rules: z.array(IntrusionPolicyRule).max(intrusionRulesMax).default([]),
  })
  .refine(({ rules }) => new Set(rules.map((rule) => rule.sid)).size === rules.length, 'two rules have the same sid');
export type IntrusionPolicy = z.infer<typeof IntrusionPolicy>;
