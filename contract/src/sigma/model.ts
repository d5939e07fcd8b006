import { z } from 'zod';

/**
 * A Sigma rule as agents carry it out: the YAML is read once, where it is uploaded (`read.ts`); what crosses the wire has no modifiers,
 * names or placeholders left. Detections follow the SigmaHQ specification 2.1.
 */

/** How a value is compared. Without `cased` the case of letters does not count, as the specification has it; `regex` says so itself. */
export const sigmaComparisons = [
  'equals',
  'contains',
  'startsWith',
  'endsWith',
  /** `*` any characters, `?` one, a backslash before either for itself. */
  'wildcards',
  /** The regular part of PCRE2, found anywhere; `(?i)` in front where case does not count. */
  'regex',
  'cidr',
  'lt',
  'lte',
  'gt',
  'gte',
  /** The field is there (`true`) or not (`false`), whatever it holds. */
  'exists',
  /** The field is not there, or empty, or `-`. */
  'empty',
  /** Compared with what another field holds. */
  'equalsField',
  'containsField',
  'startsWithField',
  'endsWithField',
] as const;
export type SigmaComparison = (typeof sigmaComparisons)[number];

export const SigmaTest = z.object({
  /** Absent: the whole line. */
  field: z.string().min(1).max(200).optional(),
  how: z.enum(sigmaComparisons),
  value: z.string().max(16_384),
  cased: z.literal(true).optional(),
});
export type SigmaTest = z.infer<typeof SigmaTest>;

/** `all` of none holds always, `any` of none never. */
export type SigmaExpression =
  | SigmaTest
  | { readonly all: readonly SigmaExpression[] }
  | { readonly any: readonly SigmaExpression[] }
  | { readonly not: SigmaExpression };

export const SigmaExpression: z.ZodType<SigmaExpression> = z.lazy(() =>
  z.union([
    z.strictObject({ all: z.array(SigmaExpression).max(5000) }),
    z.strictObject({ any: z.array(SigmaExpression).max(5000) }),
    z.strictObject({ not: SigmaExpression }),
    SigmaTest.strict(),
  ]),
);

/** What a rule looks at. `log-source.ts` says what of the world's log sources they are. */
export const sigmaSources = [
  /** Any line of the host's logs but web access. */
  'linux',
  'syslog',
  'auth',
  'sshd',
  'sudo',
  'su',
  'cron',
  'clamav',
  'vsftpd',
  'guacamole',
  'systemd',
  'kernel',
  'apache',
  'nginx',
  /** One record of the kernel's audit. */
  'auditd',
  /** All records of one audited event. */
  'process_creation',
  'file_event',
  'network_connection',
  /** A line of a web server's access log. */
  'webserver',
] as const;
export const SigmaSource = z.enum(sigmaSources);
export type SigmaSource = z.infer<typeof SigmaSource>;

const Head = z.object({
  /** The rule's own UUID; made from its text where it has none. */
  id: z.uuid(),
  title: z.string().min(1).max(300),
  titleJa: z.string().min(1).max(300).optional(),
  description: z.string().max(4000).optional(),
  falsePositives: z.array(z.string().max(1000)).max(50).optional(),
  /** As in OSSEC, 0–16. */
  level: z.number().int().min(0).max(16),
  /** ATT&CK techniques, `T1110.001`. */
  attack: z
    .array(z.string().regex(/^T\d{4}(\.\d{3})?$/))
    .max(20)
    .optional(),
  /** Matches are told. Otherwise they only count for correlations. */
  told: z.boolean(),
});

export const SigmaDetectionRule = Head.extend({ source: SigmaSource, detection: SigmaExpression });
export type SigmaDetectionRule = z.infer<typeof SigmaDetectionRule>;

export const sigmaCorrelationTypes = ['event_count', 'value_count', 'temporal', 'temporal_ordered'] as const;

/** Counts matches of other rules, those before it in the list, that come within a time. */
export const SigmaCorrelationRule = Head.extend({
  type: z.enum(sigmaCorrelationTypes),
  /** Ids. */
  rules: z.array(z.uuid()).min(1).max(100),
  /** Matches count together where all of these are the same: for each, the field to look at, or one for each rule by its id. */
  groupBy: z.array(z.union([z.string().max(200), z.record(z.uuid(), z.string().max(200))])).max(10),
  timespanSeconds: z.number().int().min(1).max(86_400),
  /** So many events, different values, or different rules make it fire. */
  atLeast: z.number().int().min(1).max(1000),
  /** Of `value_count`: whose different values count. */
  valueField: z.string().max(200).optional(),
});
export type SigmaCorrelationRule = z.infer<typeof SigmaCorrelationRule>;

export const SigmaRules = z.object({
  rules: z.array(SigmaDetectionRule).max(10_000),
  correlations: z.array(SigmaCorrelationRule).max(1000),
});
export type SigmaRules = z.infer<typeof SigmaRules>;
