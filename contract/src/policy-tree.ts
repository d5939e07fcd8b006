import { z } from 'zod';
import { NamedObject, ObjectText } from './named-object.ts';
import { Policy } from './policy.ts';
import { Id } from './primitives.ts';
import { ApiModule, ApiModuleState } from './rule.ts';
import { Severity } from './severity.ts';

/** A policy beside others of its account, with what it asks of the modules in the end. */
export const PolicyBranch = Policy.extend({
  /** Its id in the Workload Security API. */
  number: z.number().int(),
  parentNumber: z.number().int().optional(),
  nameJa: ObjectText.optional(),
  description: ObjectText,
  descriptionJa: ObjectText.optional(),
  modules: z
    .array(z.object({ module: ApiModule, state: ApiModuleState, ruleCount: z.number().int().optional() }))
    .max(6),
});
export type PolicyBranch = z.infer<typeof PolicyBranch>;

export const PolicyRule = NamedObject.extend({
  severity: Severity.optional(),
  applicationType: NamedObject.optional(),
  /** The policy above that assigns it; absent: this one does. */
  inheritedFrom: NamedObject.optional(),
});
export type PolicyRule = z.infer<typeof PolicyRule>;

export const PolicyModule = z.object({
  module: ApiModule,
  state: ApiModuleState,
  /** What it would be if this policy said nothing of it; absent where this policy says nothing. */
  stateAbove: ApiModuleState.optional(),
  /** Of the four modules that work by rules. */
  rules: z.array(PolicyRule).max(20_000).optional(),
});
export type PolicyModule = z.infer<typeof PolicyModule>;

/** What a policy asks of each module, by which rules, and how far its hosts are with it. */
export const PolicyModules = z.object({
  policyId: Id,
  accountId: Id,
  number: z.number().int(),
  name: ObjectText,
  version: z.number().int(),
  parent: NamedObject.extend({ policyId: Id }).optional(),
  hosts: z.object({
    total: z.number().int(),
    /** Connected ones that have what is asked for. */
    applied: z.number().int(),
    /** Those that said that they cannot carry it out. */
    refused: z.number().int(),
  }),
  modules: z.array(PolicyModule).max(6),
});
export type PolicyModules = z.infer<typeof PolicyModules>;
