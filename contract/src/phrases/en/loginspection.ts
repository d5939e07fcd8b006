import type { loginspection as ja } from '../ja/loginspection.ts';

export const loginspection: Record<keyof typeof ja, string> = {
  'module.cause.loginspection_unreadable':
    '{count, plural, one {# log} other {# logs}} cannot be read (for example {example}, {code}). Check the permission to read.',
  'module.cause.loginspection_line_failed':
    '{count, plural, one {# log line} other {# log lines}} could not be analysed and took no part in detection.',
  'module.cause.loginspection_too_many_logs':
    '{count, plural, one {# log is} other {# logs are}} not watched: no more than {limit, number} are at a time, those written to last. Exclude files or narrow the paths.',
  'module.cause.loginspection_folders_cut':
    'The paths of the logs lead into more folders or files than are looked at. Narrow them or exclude folders.',
  'module.cause.loginspection_hole':
    'Logs held {mebibytes, number} MiB of empty space without content; reading went on behind it.',
  'module.cause.loginspection_journal_failing': 'The systemd journal cannot be read ({problem}). It is tried again.',
  'module.cause.loginspection_journal_gap':
    'The systemd journal was deleted in part before it was read ({count, plural, one {# time} other {# times}} since the start). Give it more space.',
  'module.figure.journalEntries': 'Journal entries read since the start',
  'module.figure.linesCut': 'Lines cut at 8 KiB',
  'module.figure.followedLogs': 'Logs followed',
  'module.figure.linesRead': 'Lines read since the start',
  'module.figure.rulesLoaded': 'Rules',
  'module.figure.decodersLoaded': 'Decoders',
};
