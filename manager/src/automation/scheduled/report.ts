import { Refusal, refusalText } from '@sakimori/contract';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { type PeriodKind, periodAt } from '../../calendar/index.ts';
import { type ConfigurationEdit, readConfiguration } from '../../configuration/index.ts';
import { defineJob, enqueue, type Platform } from '../../platform/index.ts';
import { issueReport } from '../../reports/index.ts';
import { failed, noteOutcome, type Outcome, ran } from './outcome.ts';
import { type Recipients, recipientsOf } from './recipients.ts';

/** Composes a report and mails it. Apart from the run itself, since a PDF takes seconds. */
export const mailReport = defineJob<{
  accountId: string;
  task: { id: number; name: string };
  kind: PeriodKind;
  period: string;
  recipients: Recipients;
}>('automation.report');

/** Which report stands behind a template. */
export const reportKinds: Readonly<Record<number, PeriodKind>> = { 1: 'monthly', 2: 'weekly' };

export type ReportParameters = {
  readonly reportTemplateID?: number;
  readonly recipients?: Recipients;
};

/** Has the report of the last whole week or month composed and mailed. */
export async function generateReport(edit: ConfigurationEdit, task: ApiObject): Promise<Outcome> {
  const parameters = (task['generateReportTaskParameters'] ?? {}) as ReportParameters;
  const kind = reportKinds[parameters.reportTemplateID ?? 0];
  if (!kind) return failed(`There is no report template ${parameters.reportTemplateID ?? 0}.`);
  const recipients = parameters.recipients ?? {};
  const count = recipientsOf(edit, recipients).length;
  if (count === 0) return failed('None of the recipients has a mail address.');
  const period = periodAt(kind, edit.at).previous;
  const named = { id: task['ID'] as number, name: String(task['name']) };
  await enqueue(edit.tx, mailReport, { accountId: edit.accountId, task: named, kind, period, recipients });
  return ran({ report: kind, period, recipients: count });
}

type Payload = typeof mailReport extends { readonly payload?: infer P } ? NonNullable<P> : never;

export async function composeAndMail(platform: Platform, payload: Payload): Promise<void> {
  const { accountId, task, kind, period } = payload;
  const recipients = await platform.database.as(accountId, async (tx) =>
    recipientsOf(await readConfiguration(tx, accountId), payload.recipients),
  );
  const actor = { kind: 'system', id: 'system', name: task.name } as const;
  const language = recipients[0]?.language ?? 'ja';
  try {
    await issueReport(platform, actor, language, { accountId, kind, period, early: false, recipients });
  } catch (error) {
    if (error instanceof Refusal && error.code === 'unavailable') throw error;
    const { message, stack } = error as Error;
    const isRefused = error instanceof Refusal;
    if (!isRefused)
      platform.log.error({ accountId, taskId: task.id, err: { message, stack } }, 'a scheduled report failed');
    // What the plan does not have is not delivered by a task either (S30, S31).
    const facts = {
      reason: isRefused ? refusalText('en', error) : 'Something failed on our side. It has been logged.',
    };
    const named = { ID: task.id, name: task.name, type: 'generate-report' };
    await platform.database.as(accountId, (tx) => noteOutcome(tx, platform, accountId, named, facts, false));
  }
}
