import { type NamedObject, ruleNameIn, type Severity } from '@sakimori/contract';
import type { ReactNode } from 'react';
import { useLanguage } from '../language.tsx';
import { SeverityBadge } from './severity-badge.tsx';

/** The name of an object of the configuration in the reader's language. */
export function useNameOf(): (object: NamedObject) => string {
  const { language } = useLanguage();
  return (object) => ruleNameIn(language, object);
}

export type RuleNameProps = {
  readonly rule: NamedObject;
  /** Opens the rule; without it the name is only read. */
  readonly onOpen?: (() => void) | undefined;
  /** Below the name. */
  readonly children?: ReactNode;
};

/** A rule by its name, with what tells it apart from others below. */
export function RuleName({ rule, onOpen, children }: RuleNameProps) {
  const nameOf = useNameOf();
  return (
    <div style={{ minWidth: 0, overflowWrap: 'anywhere' }}>
      {onOpen ? (
        <button type="button" className="row-link" onClick={onOpen}>
          {nameOf(rule)}
        </button>
      ) : (
        <strong>{nameOf(rule)}</strong>
      )}
      {children && <div className="dim below">{children}</div>}
    </div>
  );
}

/** Rules for the firewall have no severity. */
export function RuleSeverity({ severity }: { severity: Severity | undefined }) {
  return severity ? <SeverityBadge severity={severity} /> : null;
}
