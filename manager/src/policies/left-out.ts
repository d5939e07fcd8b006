import { type ConfigurationEdit, type Scope, scopeOf, shipped } from '../configuration/index.ts';
import { compileLogInspection, LogInspectionFault } from './compile/loginspection.ts';

const kind = 'LogInspectionRule';
const touching = new Set([kind, 'Policy']);

/**
 * Rules of an account that cannot stand beside the others of a policy (a number that is taken, a rule or decoder that is nowhere) are left out of what
 * agents get. A change that brings that about is refused; one that stands already holds up no other change.
 * @throws LogInspectionFault naming rule and policy
 */
export function checkLogRules(edit: ConfigurationEdit): void {
  if (!edit.changes.some((change) => touching.has(change.kind))) return;
  for (const policy of edit.list('Policy')) {
    const id = policy['ID'] as number;
    const now = leftOutOf(scopeOf(edit, id));
    if (now.length === 0) continue;
    const before = new Set(leftOutOf(scopeOf(edit.before, id)).map(({ ID }) => ID));
    const fresh = now.find(({ ID }) => !before.has(ID));
    if (!fresh) continue;
    const name = String(edit.get(kind, fresh.ID)?.['name'] ?? fresh.ID);
    throw new LogInspectionFault(
      `The log inspection rule “${name}” cannot stand beside the others of the policy “${String(policy['name'])}”: ${fresh.reason}`,
    );
  }
}

/** What we ship stands together; only where an account has rules of its own is there something to look for. */
function leftOutOf(scope: Scope): readonly { readonly ID: number; readonly reason: string }[] {
  const known = shipped().objects.get(kind);
  if (scope.ruleIds('logInspection').every((id) => known?.has(id))) return [];
  return compileLogInspection(scope.rules('logInspection')).leftOut;
}
