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
  'audit.oncall.changed': 'On-call plan changed',
  'mail.soc.opened.subject': '[{product}][{severity}] Case {number, number}: {title} ({account})',
  'mail.soc.escalated.subject': '[{product}][not taken] Case {number, number}: {title} ({account})',
  'mail.soc.text':
    'To {soc},\n\nthere is case {number, number} for the account “{account}”.\n\nWhat: {title}\nSeverity: {severity}\nAlerts: {alerts, number}\n\nPlease look at it, and take it in the portal or by the API.',
  'mail.oncall.subject': '[{product}][on-call][{severity}] Case {number, number}: {title} ({account})',
  'mail.oncall.text':
    'You are called as level {level, number} for case {number, number} of the account “{account}”.\n\nWhat: {title}\nSeverity: {severity}\n\nPlease take it within {minutes, plural, one {# minute} other {# minutes}}; else the next level is called.\n{link}',
} as const;
