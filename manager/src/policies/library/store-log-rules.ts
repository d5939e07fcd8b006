import { type Actor, Refusal } from '@sakimori/contract';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { checkAccount } from '../../customers/index.ts';
import type { Platform } from '../../platform/index.ts';
import { changeConfiguration } from '../change.ts';
import { checkLogInspectionRule, compileLogInspection } from '../compile/loginspection.ts';

const kind = 'LogInspectionRule';
const leftOutMax = 1000;

export type LogRulesUpload = {
  readonly name: string;
  readonly text: string;
  readonly ruleId?: number | undefined;
  readonly logs: readonly string[];
  readonly reason: string;
};

export type StoredLogRules = {
  readonly id: number;
  readonly name: string;
  readonly ruleCount: number;
  readonly leftOut: string[];
};

/**
 * Stores a file of log-inspection rules as a custom rule of the account, or in place of the text of one; hosts that have it follow in the same
 * transaction.
 * @throws Refusal `malformed` with line and column, `not_found` for a rule that is not there or is not the account's own
 */
export async function storeLogRules(
  platform: Platform,
  actor: Actor,
  accountId: string,
  { name, text, ruleId, logs, reason }: LogRulesUpload,
): Promise<StoredLogRules> {
  await platform.database.for(actor, (tx) => checkAccount(tx, accountId));
  return changeConfiguration(platform, { accountId, actor, reason }, async (edit) => {
    const before = ruleId === undefined ? undefined : edit.get(kind, ruleId);
    if (ruleId !== undefined && before?.['template'] !== 'custom') throw new Refusal('not_found', { what: 'rule' });
    const object: ApiObject = {
      ...before,
      ...{ name, template: 'custom', ruleXML: Buffer.from(text, 'utf8').toString('base64') },
      ...(logs.length > 0 ? { logFiles: logs.map(logFile) } : {}),
    };
    checkLogInspectionRule({ ...object, ID: ruleId ?? 0 });
    const id = ruleId ?? (await edit.insert(kind, object));
    if (ruleId !== undefined) edit.put(kind, ruleId, object);
    return describe(edit.get(kind, id)!, name);
  });
}

/** Logs of syslog have time, host and program before the message; others are read line by line. */
export const logFile = (location: string): ApiObject => ({
  location,
  format: /\/(?:auth\.log|secure|syslog|messages|cron|cron\.log|maillog|mail\.log|kern\.log)$/.test(location)
    ? 'syslog'
    : 'single-line-text-log',
});

function describe(rule: ApiObject, name: string): StoredLogRules {
  const { owners, sigma, leftOut, sigmaLeftOut } = compileLogInspection([rule]);
  const id = rule['ID'] as number;
  const own = [...owners.values()].filter((owner) => owner === id).length;
  const reasons = [...leftOut.map(({ reason }) => reason), ...sigmaLeftOut];
  return {
    ...{ id, name },
    ruleCount: own + (sigma?.rules.length ?? 0) + (sigma?.correlations.length ?? 0),
    leftOut: reasons.slice(0, leftOutMax).map((reason) => reason.slice(0, 2000)),
  };
}
