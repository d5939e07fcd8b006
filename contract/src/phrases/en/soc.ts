/** Partner SOCs and on-call (S72). */
export const soc = {
  'thing.soc': 'partner SOC',
  'thing.socDelivery': 'message to a partner SOC',
  'thing.oncall': 'on-call plan',
  'state.not_dead': 'not given up',
  'role.soc-partner': 'Partner SOC',
  'console.roleText.soc-partner':
    'Sees the cases of the accounts that the contracts cover with it, and nothing else, and records what it did.',
  'work.title.socUnreached': 'Partner SOC “{soc}” cannot be reached: {reason}',
  'work.title.caseUnanswered': 'Nobody has taken case {number, number}; all levels were called',
  'audit.soc.created': 'Partner SOC added',
  'audit.soc.changed': 'Partner SOC changed',
  'audit.soc.secret_rotated': 'Webhook secret of a partner SOC rotated',
  'audit.soc.covered': 'Partner SOC of an account changed',
  'audit.soc.unreached': 'Partner SOC not reached',
  'audit.soc.retried': 'Message to a partner SOC tried again',
  'audit.soc.refused': 'Partner SOC refused for an account that it does not cover',
  'thing.onCallChannel': 'channel for voice or SMS',
  'work.title.gatewayQuiet': 'Calls by “{channel}” do not arrive: {reason}',
  'audit.oncall.tried': 'Telephone gateway tried',
  'audit.oncall.gateway_quiet': 'Telephone gateway quiet',
  'audit.oncall.gateway_back': 'Telephone gateway works again',
  'oncall.trial.text':
    'This is a trial by Sakimori. There is nothing to do; where this is a call, answering is enough.',
  'oncall.voice.text':
    'Sakimori calls whoever is on call. Account {account}, case {number, number}, severity {severity}: {title}. Press 1 to take it.',
  'mail.gateway.quiet.subject': '[{product}][action needed] The telephone gateway “{channel}” is quiet',
  'mail.gateway.quiet.text':
    'A trial of the telephone gateway “{channel}”, by which people are called, has failed.\n\nReason: {reason}\n\nPlease look at the gateway and at the on-call plan. It is tried each hour until it works. Mail and the other channels go on meanwhile.\n{link}',
  'mail.gateway.back.subject': '[{product}][works again] The telephone gateway “{channel}”',
  'mail.gateway.back.text': 'A trial of the telephone gateway “{channel}” has succeeded.\n{link}',
  'audit.oncall.changed': 'On-call plan changed',
  'mail.soc.opened.subject': '[{product}][{severity}] Case {number, number}: {title} ({account})',
  'mail.soc.escalated.subject': '[{product}][not taken] Case {number, number}: {title} ({account})',
  'mail.soc.text':
    'To {soc},\n\nthere is case {number, number} for the account “{account}”.\n\nWhat: {title}\nSeverity: {severity}\nAlerts: {alerts, number}\n\nPlease look at it, and take it in the portal or by the API.',
  'mail.oncall.subject': '[{product}][on-call][{severity}] Case {number, number}: {title} ({account})',
  'mail.oncall.text':
    'You are called as level {level, number} for case {number, number} of the account “{account}”.\n\nWhat: {title}\nSeverity: {severity}\n\nPlease take it within {minutes, plural, one {# minute} other {# minutes}}; else the next level is called.\n{link}',
} as const;
