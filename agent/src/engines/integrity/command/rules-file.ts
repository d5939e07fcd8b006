import { readFileSync } from 'node:fs';
import { IntegrityPolicy } from '@sakimori/contract/policy';
import { errorText } from '../../../log.ts';
import { effectivePolicy } from '../effective.ts';
import { environmentWith } from '../environment.ts';
import type { IntegrityRule } from '../rules.ts';
import { IntegrityFault, integrityExitCodes } from './exit-codes.ts';
import { PlainRulesFault, parsePlainRules } from './plain-rules.ts';

const bytesMax = 16 * 1024 * 1024;

export type RulesFile = { readonly rules: readonly IntegrityRule[]; readonly hashBytesMax: number | undefined };

/**
 * Rules for a scan: an integrity policy as JSON, its list of rules, or one path a line (`plain-rules.ts`). Variables of this host are put in and what
 * is excluded now is left out, as the daemon does.
 * @throws IntegrityFault with file and line
 */
export function readRulesFile(path: string, nowMs: number): RulesFile {
  const text = readText(path);
  const policy = /^\s*[[{]/.test(text) ? parsePolicy(path, text) : plainPolicy(path, text);
  const { policy: effective, unset } = effectivePolicy(policy, nowMs, environmentWith(policy.environment));
  if (unset.length > 0) throw fault(`${path}: not set on this host: ${unset.join(', ')}`);
  if (effective.rules.length === 0) throw fault(`${path}: there is no rule in it`);
  return { rules: effective.rules, hashBytesMax: policy.hashBytesMax };
}

const fault = (message: string) => new IntegrityFault(integrityExitCodes.configuration, message);

function readText(path: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw fault(`the rules cannot be read: ${errorText(error)}`);
  }
  if (bytes.length > bytesMax) throw fault(`${path}: larger than 16 MB, which rules never are`);
  return bytes.toString('utf8');
}

function parsePolicy(path: string, text: string): IntegrityPolicy {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw fault(`${path}: ${errorText(error)}`);
  }
  const outer = Array.isArray(value) ? { rules: value } : (value as Record<string, unknown>);
  const rules = Array.isArray(outer['rules']) ? outer['rules'].map(complete) : outer['rules'];
  const result = IntegrityPolicy.safeParse({ state: 'on', ...outer, rules });
  if (result.success) return result.data;
  const [first] = result.error.issues;
  throw fault(`${path}: ${first?.path.join('.') || 'the file'}: ${first?.message}`);
}

/** Whoever writes rules for the command line need not name them. */
function complete(rule: unknown, index: number): unknown {
  if (typeof rule !== 'object' || rule === null) return rule;
  const id = 'id' in rule && typeof rule.id === 'string' ? rule.id : `rule-${index + 1}`;
  return { id, name: { ja: id, en: id }, severity: 'medium', ...rule };
}

function plainPolicy(path: string, text: string): IntegrityPolicy {
  try {
    return parsePolicy(path, JSON.stringify(parsePlainRules(text)));
  } catch (error) {
    if (error instanceof PlainRulesFault) throw fault(`${path}:${error.line}:${error.column}: ${error.message}`);
    throw error;
  }
}
