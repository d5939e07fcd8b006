import { z } from 'zod';
import { BaselineVersion } from './integrity-baseline.ts';

/** The six protection modules of the service (specification §2). Application control is out of scope (S13). */
export const modules = ['antimalware', 'webreputation', 'firewall', 'intrusion', 'integrity', 'loginspection'] as const;
export const Module = z.enum(modules);
export type Module = z.infer<typeof Module>;

/** A detection's source: one of the six modules, or `system` for what manager and agent say about themselves. */
export const DetectionModule = z.enum([...modules, 'system']);
export type DetectionModule = z.infer<typeof DetectionModule>;

export const moduleStates = ['active', 'off', 'lacking', 'degraded'] as const;

/**
 * What a module on a host really does, as the agent says it.
 * `active`: working as the policy asks. `off`: the policy switched it off. `lacking`: it cannot run here; `lacks` names what is
 * missing and `install` the one command that adds it. `degraded`: it works in part; `causes` say why.
 */
export const ModuleStatus = z.object({
  module: Module,
  state: z.enum(moduleStates),
  lacks: z.string().max(200).optional(),
  install: z.string().max(300).optional(),
  /** Phrase keys below `module.cause.` with their values: shown to a person in their language. */
  causes: z
    .array(
      z.object({
        code: z.string().max(60),
        facts: z.record(z.string().max(40), z.union([z.string().max(1000), z.number()])),
      }),
    )
    .max(20)
    .default([]),
  /** How it works here, where nothing is amiss: phrase keys below `module.note.`, as causes are below `module.cause.`. */
  notes: z
    .array(
      z.object({
        code: z.string().max(60),
        facts: z.record(z.string().max(40), z.union([z.string().max(1000), z.number()])),
      }),
    )
    .max(20)
    .optional(),
  /** Figures worth showing: watched files, followed logs, rules loaded. Keys are phrase keys below `module.figure.`. */
  figures: z.record(z.string().max(40), z.number()).default({}),
  /** Of integrity monitoring: the version of the baseline that is in force. */
  baseline: BaselineVersion.optional(),
});
export type ModuleStatus = z.infer<typeof ModuleStatus>;
