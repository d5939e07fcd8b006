/** The words of OSSEC's rule language that agents know. A test holds them to the agent's own. */

/**
 * What a text is written for. `ossec`: whatever does not say otherwise means what it means to OSSEC. `sakimori`: a text with the mark below at its
 * head, as all that we ship or make; `frequency` counts as written there.
 */
export type LogRuleDialect = 'ossec' | 'sakimori';
export const logRuleMark = '<?sakimori language="1"?>';

export const logRuleAttributes = [
  ...['id', 'level', 'frequency', 'timeframe', 'ignore', 'overwrite', 'noalert', 'accuracy', 'maxsize'],
] as const;

/** What a pattern of a rule is tried on; each also with `_pcre2`, `regex` as `pcre2`. `match` and the like are OS_Match, `regex` is OS_Regex. */
export const logRulePatterns = [
  ...['program_name', 'hostname', 'id', 'match', 'regex', 'url', 'user', 'status', 'srcport', 'dstport', 'protocol'],
  ...[
    'system_name',
    'extra_data',
    'location',
    'srcgeoip',
    'dstgeoip',
    'src_country',
    'dst_country',
    'srcasn',
    'dstasn',
  ],
] as const;

export const logRuleRelations = [
  ...['same_source_ip', 'same_srcip', 'same_user', 'same_id', 'same_location', 'same_src_port', 'same_srcport'],
  ...['same_dst_port', 'same_dstport', 'different_url', 'different_srcip', 'different_source_ip', 'different_user'],
  ...['different_id', 'different_srcgeoip', 'not_same_source_ip', 'not_same_user', 'not_same_id', 'not_same_agent'],
] as const;

/** What `<not_same_*>` takes back. */
export const logRuleWithdrawals: Readonly<Record<string, readonly string[]>> = {
  not_same_source_ip: ['same_source_ip', 'same_srcip'],
  not_same_user: ['same_user'],
  not_same_id: ['same_id'],
  not_same_agent: ['same_location'],
};

export const logRuleSources = ['if_matched_sid', 'if_matched_group', 'if_matched_regex'] as const;
export const logRulePlaces = ['if_sid', 'if_group', 'if_level', 'category'] as const;
export const logRuleTexts = [
  'description',
  'group',
  'info',
  'cve',
  'options',
  'mitre',
  'ignore',
  'check_if_ignored',
] as const;
export const logRuleOthers = [
  ...[
    'decoded_as',
    'action',
    'srcip',
    'dstip',
    'time',
    'weekday',
    'field',
    'list',
    'compiled_rule',
    'check_diff',
    'if_fts',
  ],
] as const;
export const logRuleOptions = [
  ...['no_log', 'alert_by_email', 'no_email_alert', 'log_alert', 'no_ar', 'no_full_log'],
] as const;

export const logRuleElements: ReadonlySet<string> = new Set([
  ...logRulePatterns,
  ...logRulePatterns.map((name) => (name === 'regex' ? 'pcre2' : `${name}_pcre2`)),
  ...[logRuleRelations, logRuleSources, logRulePlaces, logRuleTexts, logRuleOthers].flat(),
]);

export const logCompiledRules = [
  ...['comp_srcuser_dstuser', 'check_id_size', 'comp_mswin_targetuser_calleruser_diff'],
  ...['is_simple_http_request', 'is_valid_crawler'],
] as const;

/** What `<list>` may look up, and how. */
export const logListFields = [
  ...['srcip', 'srcport', 'dstip', 'dstport', 'user', 'url', 'id', 'hostname', 'program_name', 'status', 'action'],
] as const;
export const logListLookups = [
  ...['match_key', 'not_match_key', 'match_key_value'],
  ...['address_match_key', 'not_address_match_key', 'address_match_key_value'],
] as const;

/** Words that `<ignore>` and `<check_if_ignored>` look for in their text. */
export const logIgnoredWords = ['user', 'srcip', 'dstip', 'id', 'location', 'data', 'name'] as const;

export const logDecoderElements: ReadonlySet<string> = new Set([
  ...['program_name', 'prematch', 'regex', 'program_name_pcre2', 'prematch_pcre2', 'regex_pcre2', 'pcre2'],
  ...['parent', 'order', 'type', 'use_own_name', 'ftscomment', 'fts', 'accumulate', 'plugin_decoder'],
]);

export const logDecoderPlugins = [
  ...['PF_Decoder', 'SymantecWS_Decoder', 'SonicWall_Decoder', 'OSSECAlert_Decoder', 'JSON_Decoder'],
] as const;

/** Words of which each part of `<fts>` holds one. */
export const logFirstSightWords = ['user', 'srcip', 'dstip', 'id', 'location', 'data', 'system_name', 'name'] as const;

/** Decoders that `decoded_as` may name though no file defines them. */
export const logBuiltInDecoders: ReadonlySet<string> = new Set([
  ...['rootcheck', 'syscheck_integrity_changed', 'syscheck_integrity_changed_2nd', 'syscheck_integrity_changed_3rd'],
  ...['syscheck_new_entry', 'syscheck_deleted', 'hostinfo_new', 'hostinfo_modified'],
]);

export const logCategories = [
  ...['syslog', 'firewall', 'ids', 'web-log', 'squid', 'windows', 'host-information', 'ossec'],
] as const;

export const logFields = [
  ...['srcuser', 'dstuser', 'srcip', 'dstip', 'srcport', 'dstport', 'protocol', 'action', 'id', 'url', 'data'],
  ...['status', 'system_name', 'filename', 'user', 'extra_data'],
] as const;

export const logOffsets = ['after_parent', 'after_prematch', 'after_regex'] as const;
