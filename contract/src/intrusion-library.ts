import { z } from 'zod';

/**
 * The shape of what lies in `rules/intrusion`: rules in Suricata's language with what a person and the Workload Security API say about them,
 * and the application types they belong to. `rules/intrusion/README.md` is the guide for who writes them.
 */
const Words = z.strictObject({ en: z.string().trim().min(3).max(200), ja: z.string().trim().min(2).max(200) });
const Sentences = z.strictObject({ en: z.string().trim().min(10).max(2000), ja: z.string().trim().min(5).max(2000) });

/**
 * Where a rule is worth having: every condition of one object must hold, and one object of a list is enough.
 * A recommendation scan asks this of what it finds on a host.
 */
export const AppliesTo = z
  .strictObject({
    /** Name of an installed package; `*` stands for any letters. */
    package: z.string().min(1).max(100).optional(),
    /** The package's version is older than this one, by the packaging system's own order. */
    below: z.string().min(1).max(60).optional(),
    /** A port on which something listens: `tcp/80`. */
    listens: z
      .string()
      .regex(/^(tcp|udp)\/([1-9]\d{0,4})$/)
      .optional(),
    /** Name of a running program; `*` stands for any letters. */
    process: z.string().min(1).max(100).optional(),
    os: z.enum(['linux', 'windows']).optional(),
    /** Every host. */
    always: z.literal(true).optional(),
  })
  .refine((one) => Object.keys(one).length > 0, 'at least one condition')
  .refine((one) => one.below === undefined || one.package !== undefined, 'below needs a package');
export type AppliesTo = z.infer<typeof AppliesTo>;

export const intrusionPriorities = ['lowest', 'low', 'normal', 'high', 'highest'] as const;
export const intrusionSeverities = ['low', 'medium', 'high', 'critical'] as const;

export const IntrusionLibraryRule = z
  .strictObject({
    ID: z.number().int().min(1001).max(9999),
    /** `9000000 + ID`, the rule's sid. */
    identifier: z.string().regex(/^900\d{4}$/),
    name: Words,
    description: Sentences,
    /** English name of an application type of `application-types.json`. */
    applicationType: z.string().min(2).max(100),
    severity: z.enum(intrusionSeverities),
    priority: z.enum(intrusionPriorities),
    /** vulnerability: one known weakness; exploit: a known way or tool of attack; smart: a behaviour, known or not. */
    type: z.enum(['vulnerability', 'exploit', 'smart']),
    CVE: z.array(z.string().regex(/^CVE-(19|20)\d{2}-\d{4,7}$/)).max(30),
    /** Base score of CVSS v3 (v2 where NVD has no v3) of the worst of the CVEs, or our own estimate where there is none. */
    CVSSScore: z.string().regex(/^(10\.0|[0-9]\.[0-9])$/),
    originalIssue: z.iso.date(),
    lastUpdated: z.iso.date(),
    /** Techniques of MITRE ATT&CK. */
    attack: z.array(z.string().regex(/^T\d{4}(\.\d{3})?$/)).max(10),
    appliesTo: z.array(AppliesTo).min(1).max(20),
    /** True where the rule is too broad to block by default. */
    detectOnly: z.boolean().optional(),
    /** One rule in Suricata's language, on one line. */
    suricata: z.string().min(20).max(8000),
  })
  .refine((rule) => rule.identifier === String(9_000_000 + rule.ID), 'identifier is 9000000 + ID');
export type IntrusionLibraryRule = z.infer<typeof IntrusionLibraryRule>;

export const IntrusionLibraryFile = z.strictObject({ rules: z.array(IntrusionLibraryRule).min(1).max(1000) });

export const LibraryApplicationType = z
  .strictObject({
    ID: z.number().int().min(1).max(999),
    name: Words,
    description: Sentences,
    direction: z.enum(['incoming', 'outgoing']),
    protocol: z.enum(['icmp', 'tcp', 'udp', 'tcp-udp']),
    portType: z.enum(['any', 'multiple']),
    /** Ports and ranges `8000-8099`; present when `portType` is `multiple`. */
    portMultiple: z
      .array(z.string().regex(/^\d{1,5}(-\d{1,5})?$/))
      .min(1)
      .max(64)
      .optional(),
    recommendationsMode: z.enum(['enabled', 'ignored', 'unknown', 'disabled']),
  })
  .refine(
    (type) => (type.portType === 'multiple') === (type.portMultiple !== undefined),
    'portMultiple goes with portType',
  );
export type LibraryApplicationType = z.infer<typeof LibraryApplicationType>;

export const ApplicationTypeFile = z.strictObject({
  applicationTypes: z.array(LibraryApplicationType).min(1).max(200),
});
