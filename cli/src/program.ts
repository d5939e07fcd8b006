import { readFileSync } from 'node:fs';
import { languages } from '@sakimori/contract';
import type { Command, Option } from 'commander';
import { createAccount } from './account/create.ts';
import { listAccounts } from './account/list.ts';
import { acknowledgeAlert } from './alert/acknowledge.ts';
import { closeAlert } from './alert/close.ts';
import { checkAlertFile, defineAlert, listAlertDefinitions, undefineAlert } from './alert/definitions.ts';
import { listAlerts } from './alert/list.ts';
import { noteAlert } from './alert/note.ts';
import { showAlert } from './alert/show.ts';
import { snoozeAlert, wakeAlert } from './alert/snooze.ts';
import { showApiAddress, showApiCertificate } from './apikey/address.ts';
import { createApiKey } from './apikey/create.ts';
import { deleteApiKey, lockApiKey, unlockApiKey } from './apikey/deeds.ts';
import { listApiKeys } from './apikey/list.ts';
import { renewApiKey } from './apikey/renew.ts';
import { listAudit } from './audit/list.ts';
import { exportBilling } from './billing/export.ts';
import { listCalendarDays } from './calendar/days.ts';
import { dueDeadline } from './calendar/due.ts';
import { importHolidays } from './calendar/holidays.ts';
import { overrideDays, removeDays, showCalendar, undoCalendar } from './calendar/override.ts';
import { listSubscriptions, subscribeCalendar, unsubscribeCalendar } from './calendar/subscription.ts';
import { closeCase, mergeCase, noteCase, takeCase, undoCase } from './case/deeds.ts';
import { listCases } from './case/list.ts';
import { showCase } from './case/show.ts';
import { askChange } from './change/ask.ts';
import { applyChange, approveChange, previewChange, revertChange, withdrawChange } from './change/deeds.ts';
import { listChanges } from './change/list.ts';
import { showChange } from './change/show.ts';
import type { Cli, GlobalOptions, Verb } from './cli.ts';
import { addContact } from './contact/add.ts';
import { setContactDigest } from './contact/digest.ts';
import { listContacts } from './contact/list.ts';
import { changeRecipients, listRecipientChanges, undoRecipientChange } from './contact/recipients.ts';
import { removeContact } from './contact/remove.ts';
import { changeContract } from './contract/change.ts';
import { createContract } from './contract/create.ts';
import { cancelContract, endContract } from './contract/end.ts';
import { showEntitlements } from './contract/entitlements.ts';
import { listContracts } from './contract/list.ts';
import { addServer, listServers, removeServer } from './contract/servers.ts';
import { agreeToTerms, listConsents, showTerms } from './contract/terms.ts';
import { checkEditionFile } from './edition/check.ts';
import { listEditions } from './edition/list.ts';
import { showEdition } from './edition/show.ts';
import { addExclusion } from './exclusion/add.ts';
import { endExclusion } from './exclusion/end.ts';
import { listExclusions } from './exclusion/list.ts';
import { addFeed, refreshFeed, removeFeed, replaceFeed } from './feed/deeds.ts';
import { listFeeds } from './feed/list.ts';
import { testAddress } from './feed/test.ts';
import { answerFlow, listFlowRuns, setFlow, showFlow } from './flow/flow.ts';
import { issueForm, listForms, renewForm, reopenForm, showForm, takeForm, withdrawForm } from './form/forms.ts';
import { draftHandover, listHandovers, showHandover, signHandover, writeHandover } from './handover/verbs.ts';
import { checkHearing, exportHearing, importHearing } from './hearing/files.ts';
import { applyHearing, createHearing, diffHearing, listHearings } from './hearing/settings.ts';
import { isolateHost, rebuildBaseline, releaseHost, scanHost, stopHost } from './host/ask.ts';
import { listBaselines } from './host/baselines.ts';
import { blockSource, unblockSource } from './host/block.ts';
import {
  endIntrusionSwitch,
  previewIntrusionMode,
  showIntrusionMode,
  switchIntrusionMode,
} from './host/intrusion-mode.ts';
import { showInventory } from './host/inventory.ts';
import { listHosts } from './host/list.ts';
import { retireHost } from './host/retire.ts';
import { deploymentScript } from './host/script.ts';
import { listTasks } from './host/tasks.ts';
import { issueToken } from './host/token.ts';
import { listenIntake } from './intake/listen.ts';
import { parseIntake } from './intake/parse.ts';
import { createKey } from './key/create.ts';
import { listKeys } from './key/list.ts';
import { revokeKey } from './key/revoke.ts';
import { addLicense, renewLicense, retireLicense, saveProofs } from './license/deeds.ts';
import { listLicenses } from './license/list.ts';
import { mailSettings } from './mail/settings.ts';
import { testMail } from './mail/test.ts';
import { addMaintenance, endMaintenance, importMaintenance } from './maintenance/deeds.ts';
import { listMaintenance } from './maintenance/list.ts';
import { addHashes, listHashes, removeHash } from './malware/hashes.ts';
import { listSignatures, putSignatures, removeSignatures } from './malware/signatures.ts';
import { setScanners, setSource, showSupply } from './malware/supply.ts';
import {
  askAtMeeting,
  bookMeeting,
  cancelMeeting,
  changeMeeting,
  confirmMeeting,
  holdMeeting,
} from './meeting/deeds.ts';
import { listMeetings, showMeeting } from './meeting/list.ts';
import { meetingMaterial } from './meeting/material.ts';
import { goLive, issueOnboarding, listOnboardings, showOnboarding, stepOnboarding } from './onboarding/onboardings.ts';
import { listPages, setOnCall, showOnCall, tryChannel } from './oncall/verbs.ts';
import { oneOf } from './options.ts';
import { checkOrder, importOrder, orderTemplate } from './order/orders.ts';
import { addPerson } from './person/add.ts';
import { disablePerson } from './person/disable.ts';
import { linkPerson } from './person/link.ts';
import { listPeople } from './person/list.ts';
import {
  askCustomer,
  liftRequest,
  listPlaybooks,
  listRequests,
  proposePlaybook,
  recordConsent,
  runRequest,
  showRequest,
  withdrawRequest,
} from './playbook/playbooks.ts';
import { estimatePolicy } from './policy/estimate.ts';
import { listPolicies } from './policy/list.ts';
import { policyRules } from './policy/rules.ts';
import { setPolicy } from './policy/set.ts';
import { policySettings } from './policy/settings.ts';
import { showPolicy } from './policy/show.ts';
import { allowSource, disallowSource, listAllowed } from './proposal/allow-list.ts';
import { acceptProposal, declineProposal, listProposals } from './proposal/proposals.ts';
import { assignBrand, setProvider } from './provider/set.ts';
import { showProvider } from './provider/show.ts';
import { cancelPush, listPushes, runPush, showPush, showPushLog } from './push/push.ts';
import { deleteQuarantined, fetchQuarantined, restoreQuarantined } from './quarantine/deeds.ts';
import { listQuarantine } from './quarantine/list.ts';
import { listQuotes } from './quote/list.ts';
import { offerQuote } from './quote/offer.ts';
import { quotePdf } from './quote/pdf.ts';
import { decideQuote, withdrawQuote, workOnQuote } from './quote/steps.ts';
import { applyRecommendations } from './recommendation/apply.ts';
import { scanForRecommendations } from './recommendation/scan.ts';
import { showRecommendations } from './recommendation/show.ts';
import {
  attachRemote,
  changeRemote,
  compareShadow,
  detachRemote,
  listCapabilities,
  listRemoteComputers,
  listRemotePolicies,
  listRemotes,
  listRemoteTasks,
  reportMigration,
  syncRemote,
  testRemote,
} from './remote/verbs.ts';
import { composeReport } from './report/compose.ts';
import { listReports } from './report/list.ts';
import { showReport } from './report/show.ts';
import {
  commentReport,
  listBoard,
  recomposeReport,
  reportSettings,
  resendReport,
  revokeLink,
  sendReport,
  showDeliveries,
  signReports,
} from './report/signoff.ts';
import { judgeReview } from './review/judge.ts';
import { listReviews } from './review/list.ts';
import { showReview } from './review/show.ts';
import { addRule } from './rule/add.ts';
import { draftRule, listDrafts, promoteRule, stageRule, testRule, withdrawRule } from './rule/drafts.ts';
import { listRules } from './rule/list.ts';
import { showRule } from './rule/show.ts';
import { addSoc, changeSoc, coverAccount, listDeliveries, listSocs, retryDelivery, rotateSoc } from './soc/verbs.ts';
import { addSource, changeSource, removeSource } from './source/deeds.ts';
import { listRemoteHosts, listSources } from './source/list.ts';
import { sourceQuarantine } from './source/quarantine.ts';
import { listScheduledTasks, listTaskRuns, runTaskNow, setTaskDays } from './task/tasks.ts';
import {
  addTicket,
  closeTicket,
  noteTicket,
  pauseTicket,
  replyTicket,
  resumeTicket,
  takeTicket,
} from './ticket/deeds.ts';
import { listTickets } from './ticket/list.ts';
import { assignParked, deskMailbox, dismissParked, listCallers, listParked } from './ticket/mail.ts';
import { showTicket } from './ticket/show.ts';
import {
  abortUpgrade,
  listVersionChanges,
  pauseUpgrade,
  planUpgrade,
  resumeUpgrade,
  startUpgrade,
  upgradeStatus,
} from './upgrade/upgrade.ts';
import { addWork, cancelWork, finishWork, takeWork } from './work/deeds.ts';
import { listWork } from './work/list.ts';
import { showWork } from './work/show.ts';

/** Everything that can be typed: a noun and its verbs. */
const nouns: Readonly<Record<string, readonly Verb[]>> = {
  account: [createAccount, listAccounts],
  contact: [
    ...[addContact, listContacts, removeContact, setContactDigest],
    ...[changeRecipients, listRecipientChanges, undoRecipientChange],
  ],
  host: [
    listHosts,
    scanHost,
    rebuildBaseline,
    isolateHost,
    releaseHost,
    stopHost,
    blockSource,
    unblockSource,
    ...[showIntrusionMode, previewIntrusionMode, switchIntrusionMode, endIntrusionSwitch],
    listBaselines,
    listTasks,
    showInventory,
    issueToken,
    deploymentScript,
    retireHost,
  ],
  push: [runPush, listPushes, showPush, showPushLog, cancelPush],
  upgrade: [planUpgrade, startUpgrade, upgradeStatus, pauseUpgrade, resumeUpgrade, abortUpgrade, listVersionChanges],
  playbook: [
    ...[listPlaybooks, listRequests, showRequest, proposePlaybook, askCustomer, recordConsent, runRequest, liftRequest],
    withdrawRequest,
  ],
  proposal: [listProposals, acceptProposal, declineProposal, listAllowed, allowSource, disallowSource],
  case: [listCases, showCase, takeCase, noteCase, mergeCase, undoCase, closeCase],
  handover: [listHandovers, draftHandover, showHandover, writeHandover, signHandover],
  oncall: [showOnCall, setOnCall, tryChannel, listPages],
  soc: [listSocs, addSoc, changeSoc, coverAccount, rotateSoc, listDeliveries, retryDelivery],
  review: [listReviews, showReview, judgeReview],
  task: [listScheduledTasks, listTaskRuns, setTaskDays, runTaskNow],
  ticket: [
    ...[
      listTickets,
      showTicket,
      addTicket,
      replyTicket,
      noteTicket,
      takeTicket,
      pauseTicket,
      resumeTicket,
      closeTicket,
    ],
    ...[listCallers, listParked, assignParked, dismissParked, deskMailbox],
  ],
  change: [
    ...[listChanges, showChange, askChange, previewChange, approveChange, applyChange, withdrawChange, revertChange],
  ],
  source: [listSources, addSource, changeSource, removeSource, listRemoteHosts, sourceQuarantine],
  remote: [
    ...[listRemotes, attachRemote, changeRemote, detachRemote, testRemote, syncRemote],
    ...[listRemoteComputers, listRemotePolicies, listRemoteTasks, listCapabilities, compareShadow, reportMigration],
  ],
  work: [listWork, showWork, addWork, takeWork, finishWork, cancelWork],
  alert: [
    listAlerts,
    showAlert,
    acknowledgeAlert,
    noteAlert,
    closeAlert,
    snoozeAlert,
    wakeAlert,
    listAlertDefinitions,
    defineAlert,
    undefineAlert,
    checkAlertFile,
  ],
  policy: [listPolicies, showPolicy, policyRules, policySettings, estimatePolicy, setPolicy],
  exclusion: [listExclusions, addExclusion, endExclusion],
  feed: [listFeeds, addFeed, replaceFeed, removeFeed, refreshFeed, testAddress],
  rule: [...[listRules, showRule, addRule], ...[draftRule, listDrafts, testRule, stageRule, promoteRule, withdrawRule]],
  quarantine: [listQuarantine, restoreQuarantined, deleteQuarantined, fetchQuarantined],
  malware: [
    ...[listHashes, addHashes('allow'), addHashes('deny'), removeHash],
    ...[listSignatures, putSignatures, removeSignatures],
    ...[showSupply, setSource, setScanners],
  ],
  recommendation: [showRecommendations, scanForRecommendations, applyRecommendations],
  report: [
    ...[
      composeReport('weekly'),
      composeReport('monthly'),
      listReports,
      showReport,
      listBoard,
      signReports,
      commentReport,
    ],
    ...[recomposeReport, sendReport, showDeliveries, resendReport, revokeLink, reportSettings],
  ],
  calendar: [
    ...[dueDeadline, listCalendarDays, showCalendar],
    ...[overrideDays('close', 'closing'), overrideDays('open', 'working'), removeDays, undoCalendar, importHolidays],
    ...[subscribeCalendar, listSubscriptions, unsubscribeCalendar],
  ],
  flow: [showFlow, setFlow, listFlowRuns, answerFlow],
  maintenance: [listMaintenance, addMaintenance, endMaintenance, importMaintenance],
  meeting: [
    listMeetings,
    showMeeting,
    bookMeeting,
    changeMeeting,
    confirmMeeting,
    holdMeeting,
    cancelMeeting,
    askAtMeeting,
    meetingMaterial,
  ],
  intake: [parseIntake, listenIntake],
  mail: [mailSettings, testMail],
  person: [addPerson, listPeople, linkPerson, disablePerson],
  key: [createKey, listKeys, revokeKey],
  apikey: [
    ...[createApiKey, listApiKeys, renewApiKey, lockApiKey, unlockApiKey, deleteApiKey],
    ...[showApiAddress, showApiCertificate],
  ],
  contract: [
    ...[listContracts, createContract, changeContract, endContract, cancelContract, showEntitlements],
    ...[listServers, addServer, removeServer, showTerms, agreeToTerms, listConsents],
  ],
  form: [issueForm, listForms, showForm, renewForm, withdrawForm, reopenForm, takeForm],
  hearing: [createHearing, listHearings, exportHearing, checkHearing, importHearing, diffHearing, applyHearing],
  license: [listLicenses, addLicense, renewLicense, retireLicense, saveProofs],
  onboarding: [listOnboardings, showOnboarding, stepOnboarding, issueOnboarding, goLive],
  order: [checkOrder, importOrder, orderTemplate],
  quote: [listQuotes, offerQuote, quotePdf, decideQuote, withdrawQuote, workOnQuote],
  billing: [exportBilling],
  provider: [showProvider, setProvider, assignBrand],
  edition: [listEditions, showEdition, checkEditionFile],
  audit: [listAudit],
};

/** The whole command line. Findings about how it is used are thrown as `CommanderError`; `main.ts` tells them. */
export function buildProgram(program: Command, cli: Cli): void {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  program
    .description(cli.say('about'))
    .version(version, '-V, --version', cli.say('version'))
    .helpOption('-h, --help', cli.say('help'))
    .helpCommand(false)
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
    .configureHelp({
      showGlobalOptions: true,
      styleTitle: (title) => cli.say(`title.${title}`),
      optionDescription: (option) => describe(option, cli),
    })
    .option('--server <URL>', cli.say('option.server'))
    .option('--key <KEY>', cli.say('option.key'))
    .option('--json', cli.say('option.json'))
    .addOption(oneOf('--language <LANGUAGE>', cli.say('option.language'), languages));
  addUp(program, cli);
  for (const [name, verbs] of Object.entries(nouns)) {
    const noun = program.command(name).description(cli.say(name)).helpCommand(false);
    for (const verb of verbs) verb(noun, cli);
  }
}

/** An option with what it takes and what it is without being given. */
function describe(option: Option, cli: Cli): string {
  const standard = option.defaultValueDescription ?? option.defaultValue;
  const asides = [
    ...(option.argChoices ? [cli.say('choices', { list: option.argChoices.join(', ') })] : []),
    ...(standard === undefined || typeof standard === 'boolean' || String(standard) === ''
      ? []
      : [cli.say('default', { value: String(standard) })]),
  ];
  return [option.description, ...asides].join(' ');
}

/** Starting the service needs much more than talking to it, so its code is loaded only here. */
function addUp(program: Command, cli: Cli): void {
  program
    .command('up')
    .description(cli.say('up'))
    .option('--ephemeral', cli.say('option.ephemeral'))
    .option('--data <FOLDER>', cli.say('option.data'))
    .option('--no-agent', cli.say('option.noAgent'))
    .action(async (options: { ephemeral?: boolean; data?: string; agent: boolean }) => {
      const { up } = await import('./up.ts');
      await up([
        ...(options.ephemeral ? ['--ephemeral'] : []),
        ...(program.opts<GlobalOptions>().json ? ['--json'] : []),
        ...(options.data === undefined ? [] : ['--data', options.data]),
        ...(options.agent ? [] : ['--no-agent']),
      ]);
    });
}
