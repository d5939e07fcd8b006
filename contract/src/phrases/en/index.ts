import { alert } from './alert.ts';
import { audit } from './audit.ts';
import { calendar } from './calendar.ts';
import { cases } from './case.ts';
import { change } from './change.ts';
import { cli } from './cli.ts';
import { cliCalendar } from './cli-calendar.ts';
import { cliChanges } from './cli-changes.ts';
import { cliConfiguration } from './cli-configuration.ts';
import { cliHearing } from './cli-hearing.ts';
import { cliIntake } from './cli-intake.ts';
import { cliIntegrity } from './cli-integrity.ts';
import { cliMalware } from './cli-malware.ts';
import { cliPlaybook } from './cli-playbook.ts';
import { cliPush } from './cli-push.ts';
import { cliTickets } from './cli-tickets.ts';
import { configuration } from './configuration.ts';
import { consoleFrame } from './console.ts';
import { consoleAlerts } from './console-alerts.ts';
import { consoleBlocks } from './console-blocks.ts';
import { consoleCalendar } from './console-calendar.ts';
import { consoleCases } from './console-cases.ts';
import { consoleChanges } from './console-changes.ts';
import { consoleContainment } from './console-containment.ts';
import { consoleHearing } from './console-hearing.ts';
import { consoleHosts } from './console-hosts.ts';
import { consoleMail } from './console-mail.ts';
import { consoleMalware } from './console-malware.ts';
import { consoleMeetings } from './console-meetings.ts';
import { consoleOnboarding } from './console-onboarding.ts';
import { consolePolicies } from './console-policies.ts';
import { consoleRules } from './console-rules.ts';
import { consoleSettings } from './console-settings.ts';
import { consoleTasks } from './console-tasks.ts';
import { consoleTickets } from './console-tickets.ts';
import { consoleWeb } from './console-web.ts';
import { consoleWorkload } from './console-workload.ts';
import { contract } from './contract.ts';
import { customerForm } from './customer-form.ts';
import { edition } from './edition.ts';
import { entity } from './entity.ts';
import { flow } from './flow.ts';
import { handover } from './handover.ts';
import { headline } from './headline.ts';
import { hearing } from './hearing.ts';
import { host } from './host.ts';
import { hostTask } from './host-task.ts';
import { integrity } from './integrity.ts';
import { intrusion } from './intrusion.ts';
import { license } from './license.ts';
import { liveness } from './liveness.ts';
import { loginspection } from './loginspection.ts';
import { mail } from './mail.ts';
import { meeting } from './meeting.ts';
import { meetingMaterial } from './meeting-material.ts';
import { onboarding } from './onboarding.ts';
import { order } from './order.ts';
import { playbook } from './playbook.ts';
import { preflight } from './preflight.ts';
import { provider } from './provider.ts';
import { push } from './push.ts';
import { quote } from './quote.ts';
import { recipients } from './recipients.ts';
import { refusal } from './refusal.ts';
import { remote } from './remote.ts';
import { report } from './report.ts';
import { reportContent } from './report-content.ts';
import { reportSignoff } from './report-signoff.ts';
import { review } from './review.ts';
import { scheduledTasks } from './scheduled-tasks.ts';
import { setting } from './setting.ts';
import { soc } from './soc.ts';
import { source } from './source.ts';
import { task } from './task.ts';
import { ticket } from './ticket.ts';
import { up } from './up.ts';
import { upgrade } from './upgrade.ts';
import { web } from './web.ts';
import { webPage } from './web-page.ts';
import { words } from './words.ts';
import { work } from './work.ts';
import { workbench } from './workbench.ts';
import { workbook } from './workbook.ts';

/** Every en phrase a person reads, by area. Keys are the same in both languages; a test holds it. */
export const en = {
  ...consoleSettings,
  ...consoleRules,
  ...consoleWorkload,
  ...consoleMeetings,
  ...consoleOnboarding,
  ...customerForm,
  ...consolePolicies,
  ...consoleMail,
  ...consoleMalware,
  ...consoleCalendar,
  ...consoleHosts,
  ...consoleTasks,
  ...consoleTickets,
  ...consoleBlocks,
  ...consoleCases,
  ...consoleAlerts,
  ...consoleFrame,
  ...cliPlaybook,
  ...consoleContainment,
  ...playbook,
  ...alert,
  ...audit,
  ...calendar,
  ...cases,
  ...change,
  ...cliChanges,
  ...consoleChanges,
  ...cli,
  ...cliCalendar,
  ...cliConfiguration,
  ...configuration,
  ...contract,
  ...edition,
  ...consoleWeb,
  ...entity,
  ...flow,
  ...headline,
  ...handover,
  ...hearing,
  ...cliHearing,
  ...consoleHearing,
  ...host,
  ...hostTask,
  ...integrity,
  ...intrusion,
  ...cliIntake,
  ...cliIntegrity,
  ...cliMalware,
  ...liveness,
  ...license,
  ...loginspection,
  ...preflight,
  ...meeting,
  ...meetingMaterial,
  ...onboarding,
  ...order,
  ...provider,
  ...push,
  ...cliPush,
  ...cliTickets,
  ...quote,
  ...recipients,
  ...refusal,
  ...remote,
  ...report,
  ...reportContent,
  ...reportSignoff,
  ...review,
  ...scheduledTasks,
  ...setting,
  ...soc,
  ...source,
  ...task,
  ...ticket,
  ...up,
  ...upgrade,
  ...web,
  ...webPage,
  ...words,
  ...workbook,
  ...work,
  ...workbench,
  ...mail,
} as const;
