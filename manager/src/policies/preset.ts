import type { PolicyDocument } from '@sakimori/contract';
import { AccountConfiguration, scopeOf } from '../configuration/index.ts';
import { compileDocument } from './compile/document.ts';

const heartbeatSeconds = 60;

/**
 * What a policy that we ship compiles to, as agents receive it in an account that has changed nothing.
 * @throws Error where there is no such policy
 */
export function shippedDocument(name: string): PolicyDocument {
  const view = new AccountConfiguration('00000000-0000-0000-0000-000000000000', 0, []);
  const policy = view.list('Policy').find((candidate) => candidate['name'] === name);
  if (!policy) throw new Error(`No policy ${name} is shipped.`);
  return compileDocument(scopeOf(view, policy['ID'] as number), { heartbeatSeconds });
}
