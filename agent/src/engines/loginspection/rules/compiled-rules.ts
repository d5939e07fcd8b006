import { fieldText, type LogEvent } from '../event.ts';

/** What `<compiled_rule>` may name: conditions that OSSEC has in its own code. */
export const compiledRules: Readonly<Record<string, (event: LogEvent) => boolean>> = {
  comp_srcuser_dstuser: haveUsersOneName,
  check_id_size: (event) => Buffer.byteLength(fieldText(event, 'id') ?? '') >= 10,
  comp_mswin_targetuser_calleruser_diff: areWindowsUsersDifferent,
  is_simple_http_request: isSimpleRequest,
  is_valid_crawler: isKnownCrawler,
};

/** Also where one of the two is missing. */
function haveUsersOneName(event: LogEvent): boolean {
  const source = fieldText(event, 'srcuser');
  const target = fieldText(event, 'dstuser');
  return source === undefined || target === undefined || source === target;
}

/** `Target Account Name: a\tCaller User Name: b`: whether the two differ; a tab or two blanks end a name. */
function areWindowsUsersDifferent({ message: { text } }: LogEvent): boolean {
  const nameBehind = (label: string): string | undefined => {
    const at = text.indexOf(label);
    const colon = at < 0 ? -1 : text.indexOf(':', at);
    return colon < 0 ? undefined : text.slice(colon + 1);
  };
  const target = nameBehind('Target Account Name');
  const caller = nameBehind('Caller User Name');
  if (target === undefined || caller === undefined) return false;
  for (let at = 0; at < target.length; at++) {
    if (target[at] !== caller[at]) return true;
    if (target[at] === '\t' || target.startsWith('  ', at)) return false;
  }
  return false;
}

/** A GET, or what does not say how it asks, for something without a query. */
function isSimpleRequest(event: LogEvent): boolean {
  const url = fieldText(event, 'url');
  const action = fieldText(event, 'action');
  if (url === undefined || (action !== undefined && action.toUpperCase() !== 'GET')) return false;
  return !url.includes('?');
}

/** Networks of search engines. OSSEC would look other addresses up in the DNS; nothing here ever asks the network, so those are no crawlers. */
const crawlers = ['72.14.', '209.85.', '65.55.', '207.46.', '74.6.', '72.30.', '67.195.'];

function isKnownCrawler({ message: { text } }: LogEvent): boolean {
  return crawlers.some((network) => text.startsWith(network));
}
