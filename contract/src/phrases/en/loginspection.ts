import type { loginspection as ja } from '../ja/loginspection.ts';

export const loginspection: Record<keyof typeof ja, string> = {
  'module.cause.loginspection_unreadable':
    '{count, plural, one {# log} other {# logs}} cannot be read (for example {example}, {code}). Check the permission to read.',
  'module.cause.loginspection_line_failed':
    '{count, plural, one {# log line} other {# log lines}} could not be analysed and took no part in detection.',
  'module.figure.followedLogs': 'Logs followed',
  'module.figure.linesRead': 'Lines read since the start',
  'module.figure.rulesLoaded': 'Rules',
  'module.figure.decodersLoaded': 'Decoders',
};
