import { headlineIn, type Language, matterOfAlert, phrase } from '@sakimori/contract';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { type OpenAlerts, unclosedAlerts } from '../../alerts/index.ts';
import type { ConfigurationEdit } from '../../configuration/index.ts';
import { getAccount } from '../../customers/index.ts';
import { type Composed, type Identity, showLine, showText, tell } from '../../notices/index.ts';
import type { Platform } from '../../platform/index.ts';
import { failed, type Outcome, ran } from './outcome.ts';
import { type Recipients, recipientsOf } from './recipients.ts';

const shownMax = 20;

/** Mails the recipients what alerts of the account are open, each in their language. */
export async function sendAlertSummary(
  edit: ConfigurationEdit,
  platform: Platform,
  task: ApiObject,
  publicUrl: string,
): Promise<Outcome> {
  const parameters = task['sendAlertSummaryTaskParameters'] as { recipients?: Recipients } | undefined;
  const contacts = recipientsOf(edit, parameters?.recipients ?? {});
  if (contacts.length === 0) return failed('None of the recipients has a mail address.');
  const { accountId, tx } = edit;
  const told: Omit<Told, 'provider'> = {
    ...(await unclosedAlerts(tx, accountId, shownMax)),
    customer: (await getAccount(tx, accountId)).customerName,
    url: `${publicUrl}/alerts`,
  };
  const compose = (language: Language, from: Identity) =>
    composeSummary(language, { ...told, provider: from.name(language), signature: from.signature(language) });
  const letters = await tell(tx, platform, { accountId, kind: 'alert.summary', contacts, compose });
  return ran({ alerts: told.count, letters });
}

type Told = OpenAlerts & {
  readonly customer: string;
  readonly provider: string;
  readonly signature?: string;
  readonly url: string;
};

export function composeSummary(language: Language, told: Told): Composed {
  const { alerts, count, customer, provider, url } = told;
  const severities = told.bySeverity.map((one) =>
    phrase(language, 'task.alertSummary.severity', {
      severity: phrase(language, `severity.${one.severity}`),
      count: one.count,
    }),
  );
  const lines = alerts.map((alert) =>
    phrase(language, 'task.alertSummary.alert', {
      number: alert.number,
      severity: phrase(language, `severity.${alert.severity}`),
      host: showLine(alert.hostName, 100),
      what: showLine(headlineIn(language, matterOfAlert(alert)), 300),
    }),
  );
  const more = count - alerts.length;
  const text = [
    phrase(language, 'mail.dear', { customer: showLine(customer, 200) }),
    phrase(language, 'task.alertSummary.intro', { provider: showLine(provider, 200), count }),
    ...(count > 0 ? [severities.join('\n'), lines.join('\n')] : []),
    ...(more > 0 ? [phrase(language, 'task.alertSummary.more', { count: more })] : []),
    `${phrase(language, 'mail.label.link')}\n${url}`,
    [showLine(provider, 200), showText(told.signature ?? '')].filter(Boolean).join('\n'),
  ];
  const subject = phrase(language, 'task.alertSummary.subject', { product: phrase(language, 'product.name'), count });
  return { subject, text: `${text.join('\n\n')}\n` };
}
