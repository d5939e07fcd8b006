import type { SigmaRules } from '@sakimori/contract/sigma/model';
import type { LeftOutSigmaRule } from '@sakimori/contract/sigma/read';

/** A file as it goes into the policy. */
export type LogRuleText = { readonly name: string; readonly xml: string };

/** A log-inspection rule of the API on its way into the policy: its files, what they define, and what they need from others. */
export type LogRulePart = {
  /** Its id in the API; undefined for one that came along because another needs it. */
  readonly id: number | undefined;
  /** Shipped; written by a customer; or the files that came with a policy document, which nobody checked. */
  readonly kind: 'library' | 'custom' | 'files';
  readonly sortOrder: number;
  /** What decides where the order is the same: its id, or its number in the library. */
  readonly number: number;
  /** Ids in the API. */
  readonly dependsOn: readonly number[];
  readonly decoderFiles: readonly LogRuleText[];
  readonly ruleFiles: readonly LogRuleText[];
  /** Of a rule that is written in Sigma: what agents carry out, the text itself, and single rules that no agent carries out. */
  readonly sigma?: SigmaRules;
  readonly text?: string;
  readonly sigmaLeftOut?: readonly LeftOutSigmaRule[];
  readonly defines: {
    readonly rules: readonly number[];
    readonly decoders: readonly string[];
    /** Those below a parent: no other may have their name. */
    readonly childDecoders: readonly string[];
    /** The groups of each rule, as OSSEC joins them. */
    readonly groups: readonly string[];
  };
  readonly needs: {
    readonly rules: readonly number[];
    readonly groups: readonly string[];
    readonly decoders: readonly string[];
    /** Decoders that are to have children; such a one is itself no child. */
    readonly parents: readonly string[];
    /** Asks for rules of a level, whichever they are. */
    readonly anyRule: boolean;
  };
};
