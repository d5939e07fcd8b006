import { z } from 'zod';
import { webSecurityLevels } from './web-reputation/entry.ts';

export { webSecurityLevels } from './web-reputation/entry.ts';

/**
 * The web reputation part of a policy, as an agent gets it. `manager/src/policies/compile/webreputation.ts` makes it from the settings of the
 * Workload Security API.
 *
 * What is asked for is tried in this order: allowed, blocked, then what the feeds say at the security level.
 */
export const webListMax = 10_000;

/** Lower case, in ASCII (`xn--…`). It stands for itself and for all names below it. */
const Domain = z
  .string()
  .max(253)
  .regex(/^(?!-)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*$/);
/** Host and path without scheme, `example.com/shop/*`; `*` is any characters. The host is in lower case. */
const WebAddress = z.string().min(1).max(2048);
/** Found anywhere in an address, in whatever case. */
const Keyword = z.string().min(1).max(200);
const Port = z.number().int().min(1).max(65_535);

export const WebReputationPolicy = z.discriminatedUnion('state', [
  z.object({ state: z.literal('off') }),
  z.object({
    state: z.literal('on'),
    securityLevel: z.enum(webSecurityLevels).default('medium'),
    /** Blocks what no feed has a verdict on. */
    blockUntested: z.boolean().default(false),
    allowed: z
      .object({ domains: z.array(Domain).max(webListMax), urls: z.array(WebAddress).max(webListMax) })
      .default({ domains: [], urls: [] }),
    blocked: z
      .object({
        domains: z.array(Domain).max(webListMax),
        urls: z.array(WebAddress).max(webListMax),
        keywords: z.array(Keyword).max(webListMax),
      })
      .default({ domains: [], urls: [], keywords: [] }),
    /** TCP ports on which requests are looked at, in ranges. */
    ports: z
      .array(z.tuple([Port, Port]))
      .min(1)
      .max(1000)
      .default([
        [80, 80],
        [8080, 8080],
      ]),
    alert: z.boolean().default(false),
    /** Where the page that stands in for a blocked one leads a reader who objects; absent: nowhere. */
    blockingPageLink: z
      .url({ protocol: /^https?$/ })
      .max(2048)
      .optional(),
  }),
]);
export type WebReputationPolicy = z.infer<typeof WebReputationPolicy>;
