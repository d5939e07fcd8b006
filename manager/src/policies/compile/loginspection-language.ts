/** The words of OSSEC's rule language that agents know. A test holds them to the agent's own. */

export const logRuleAttributes = [
  ...['id', 'level', 'frequency', 'timeframe', 'ignore', 'overwrite', 'noalert', 'accuracy', 'maxsize'],
] as const;

/** What a pattern of a rule is tried on; each also with `_pcre2`. `match` and the like are OS_Match, `regex` is OS_Regex. */
export const logRulePatterns = [
  ...['program_name', 'hostname', 'id', 'match', 'regex', 'pcre2', 'url', 'user', 'status', 'srcport', 'dstport'],
  'extra_data',
] as const;

export const logRuleRelations = [
  ...['same_source_ip', 'same_srcip', 'same_user', 'same_id', 'same_location', 'same_src_port', 'same_srcport'],
  ...['same_dst_port', 'same_dstport', 'different_url', 'different_srcip', 'different_source_ip', 'different_user'],
  ...['different_id', 'not_same_source_ip', 'not_same_user', 'not_same_id', 'not_same_agent'],
] as const;

export const logRuleSources = ['if_matched_sid', 'if_matched_group', 'if_matched_regex'] as const;
export const logRulePlaces = ['if_sid', 'if_group', 'if_level', 'category'] as const;
export const logRuleTexts = ['description', 'group', 'info', 'cve', 'options', 'mitre'] as const;
export const logRuleOthers = ['decoded_as', 'action', 'srcip', 'dstip', 'time', 'weekday'] as const;
export const logRuleOptions = ['no_log', 'alert_by_email', 'no_email_alert', 'log_alert', 'no_ar'] as const;

export const logRuleElements: ReadonlySet<string> = new Set([
  ...logRulePatterns,
  ...logRulePatterns.map((name) => `${name}_pcre2`),
  ...[logRuleRelations, logRuleSources, logRulePlaces, logRuleTexts, logRuleOthers].flat(),
]);

export const logDecoderElements: ReadonlySet<string> = new Set([
  ...['program_name', 'prematch', 'regex', 'program_name_pcre2', 'prematch_pcre2', 'regex_pcre2', 'pcre2'],
  ...['parent', 'order', 'type', 'use_own_name', 'ftscomment'],
]);

export const logCategories = [
  ...['syslog', 'firewall', 'ids', 'web-log', 'squid', 'windows', 'host-information', 'ossec'],
] as const;

export const logFields = [
  ...['srcuser', 'dstuser', 'srcip', 'dstip', 'srcport', 'dstport', 'protocol', 'action', 'id', 'url', 'data'],
  ...['status', 'system_name', 'filename', 'user', 'extra_data', 'proto'],
] as const;

export const logOffsets = ['after_parent', 'after_prematch', 'after_regex'] as const;
