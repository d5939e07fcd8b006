import { z } from 'zod';
import { AppliesTo } from './intrusion-library.ts';

/**
 * The shape of what lies in `rules/integrity`: rules that the Workload Security API gives to every account. `rules/integrity/README.md` is the guide
 * for who writes them.
 */
const Words = z.strictObject({ en: z.string().trim().min(3).max(200), ja: z.string().trim().min(2).max(200) });
const Sentences = z.strictObject({ en: z.string().trim().min(10).max(2000), ja: z.string().trim().min(5).max(2000) });
const Names = z.array(z.string().min(1).max(500)).min(1).max(200);

export const IntegrityLibraryRule = z
  .strictObject({
    ID: z.number().int().min(5001).max(5999),
    /** `9000000 + ID`. */
    identifier: z.string().regex(/^900\d{4}$/),
    /** The id on detections, where it is older than the library and so is not the identifier. */
    key: z
      .string()
      .regex(/^[a-z]+(\.[a-z-]+)+$/)
      .optional(),
    name: Words,
    description: Sentences,
    severity: z.enum(['low', 'medium', 'high', 'critical']),
    template: z.enum(['file', 'custom']),
    fileBaseDirectory: z.string().min(1).max(1000).optional(),
    fileIncludeSubDirectories: z.boolean().optional(),
    fileIncludedValues: Names.optional(),
    fileExcludedValues: Names.optional(),
    fileAttributes: Names.optional(),
    /** Of a custom rule: the Integrity Monitoring rules language as text. */
    xml: z.string().min(20).max(100_000).optional(),
    realTimeMonitoringEnabled: z.boolean(),
    /** Techniques of MITRE ATT&CK. */
    attack: z.array(z.string().regex(/^T\d{4}(\.\d{3})?$/)).max(10),
    originalIssue: z.iso.date(),
    lastUpdated: z.iso.date(),
    /** Where the rule is worth having. */
    appliesTo: z.array(AppliesTo).min(1).max(20),
  })
  .refine((rule) => rule.identifier === String(9_000_000 + rule.ID), 'identifier is 9000000 + ID')
  .refine((rule) => (rule.template === 'custom') === (rule.xml !== undefined), 'xml goes with custom')
  .refine((rule) => (rule.template === 'file') === (rule.fileBaseDirectory !== undefined), 'a base goes with file');
export type IntegrityLibraryRule = z.infer<typeof IntegrityLibraryRule>;

export const IntegrityLibraryFile = z.strictObject({ rules: z.array(IntegrityLibraryRule).min(1).max(500) });
