import type { reportContent as ja } from '../ja/report-content.ts';

/** The body of a report: attack report, sections by module, and the comparison with former periods. */
export const reportContent: Record<keyof typeof ja, string> = {
  'report.section.attack': 'Attack report',
  'report.section.trend.weekly': 'Compared with the four weeks before',
  'report.section.trend.monthly': 'Compared with the four months before',
  'report.column.ratio': 'Share',
  'report.column.mean.weekly': '{periods, number}-week mean',
  'report.column.mean.monthly': '{periods, number}-month mean',
  'report.column.span.weekly': 'Week',
  'report.column.span.monthly': 'Month',
  'report.current.weekly': 'This week',
  'report.current.monthly': 'This month',
  'report.ratio.all': 'all',
  'report.ratio.none': '–',
  'report.ratio.part': '{percent}%',
  'report.ratioNote':
    '“Share” is prevented out of total, cut after one decimal. Detections in detect mode never count as prevented.',
  'report.mean': '{mean}',
  'report.trend.none': 'There are no figures of former periods to compare with.',
  'report.trend.mean.weekly':
    'The mean of the {periods, plural, one {week} other {# weeks}} before is {mean}; this week is {trend, select, more {{difference} above it} fewer {{difference} below it} other {equal to it}}.',
  'report.trend.mean.monthly':
    'The mean of the {periods, plural, one {month} other {# months}} before is {mean}; this month is {trend, select, more {{difference} above it} fewer {{difference} below it} other {equal to it}}.',
  'report.part.sums': 'Detected {detected}, prevented {prevented}, total {total} (share prevented: {ratio}).',
  'report.part.zero': 'Detections in the period: 0.',
  'report.part.rules': 'Rules that matched most',
  'report.part.hosts': 'Hosts with the most detections',
  'report.section.changed': 'What changed',
  'report.section.todo': 'What we ask you to look at',
  'report.changed.more': '{module}: {count, number} detections, {times} times the former mean of {mean}.',
  'report.changed.fewer': '{module}: {count, number} detections, half of the former mean of {mean} or fewer.',
  'report.changed.unannounced':
    '{count, plural, one {# unannounced update was} other {# unannounced updates were}} seen.',
  'report.changed.inquiries':
    '{count, plural, one {# inquiry or change was} other {# inquiries and changes were}} completed (changes: {changes, number}).',
  'report.changed.incidents':
    '{count, plural, one {# case was} other {# cases were}} worked (closed: {closed, number}).',
  'report.todo.alerts':
    '{count, plural, one {# alert is} other {# alerts are}} not closed ({severe, number} of severity high or above). Please see the list of alerts.',
  'report.todo.silent':
    '{count, plural, one {# host is} other {# hosts are}} not reachable ({hosts}). Please check whether they run.',
  'report.todo.withoutPolicy': '{count, plural, one {# host has} other {# hosts have}} not applied a policy ({hosts}).',
  'report.todo.behind':
    '{count, plural, one {# host has} other {# hosts have}} not applied the newest policy ({hosts}).',
  'report.todo.lacking':
    'On {count, plural, one {# host} other {# hosts}} a module is lacking or works in part ({hosts}). Please tell the help desk if you wish it to be added.',
  'report.todo.detect':
    'Intrusion prevention is in detect mode on {count, plural, one {# host} other {# hosts}} ({hosts}). Detect mode records and does not block.',
  'report.todo.tap':
    'The network engine of {count, plural, one {# host} other {# hosts}} is in tap mode ({hosts}). Tap mode does not block traffic.',
  'report.todo.none': 'From the figures of this report there is nothing that we ask you to look at.',
  'report.todo.more': '{hosts} and {count, number} more',
  'report.section.services': 'Active services and network engine mode',
  'report.servicesNote':
    'Active services are the modules that the policy turns on; those marked need a look at how they run. The network engine mode is the setting of firewall and intrusion prevention.',
  'report.column.services': 'Active services',
  'report.column.hostCount': 'Count',
  'report.column.engineMode': 'Engine mode',
  'report.engineMode.inline': 'Inline',
  'report.engineMode.tap': 'Tap',
  'report.engineMode.unknown': 'Not known',
  'report.engineUnused': 'its modules are off',
  'report.serviceTroubled': '{module} (needs a look)',
  'report.serviceMode': '{module} [{mode}]',
  'report.serviceMode.prevent': 'prevent',
  'report.serviceMode.detect': 'detect',
  'report.noServices': 'No service is active.',
  'report.servicesUnknown': 'This could not be read.',
  'report.settingsKept': 'Settings as of {at}, kept at the end of the period.',
  'report.section.mounts': 'Mounts left out of integrity monitoring',
  'report.noMounts': 'No mount is left out.',
  'report.column.mounts': 'Mounts',
  'report.section.inquiries': 'Inquiries and changes',
  'report.inquiriesNote':
    'Inquiries and changes that were completed in the period ({count, number}; changes: {changes, number}).',
  'report.noInquiries': 'Inquiries and changes completed in the period: 0.',
  'report.moreInquiries': 'There are {count, number} more; please see the console.',
  'report.column.inquiryKind': 'Kind',
  'report.column.subject': 'Subject',
  'report.column.acceptedAt': 'Accepted',
  'report.column.firstAnswerAt': 'First answer',
  'report.column.doneAt': 'Done',
  'report.changeNumber': 'Change #{number}',
  'report.column.reportNumber': 'Report no.',
  'report.column.addressees': 'Attention',
  'report.addressee': '{name}',
  'report.contents': 'Contents',
  'report.trendChart': 'Bar chart of detections by {span}. {values}',
  'report.policyHosts': '{count, number}',
};
