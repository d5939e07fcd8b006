/**
 * Fields of a line of a web server's access log, by the names of Sigma's taxonomy for the category `webserver`: the common and combined formats of
 * Apache and nginx, also with the virtual host in front. Undefined for any other line.
 */
export function readWebAccess(message: string): Map<string, readonly string[]> | undefined {
  const opened = message.indexOf(' [');
  const closed = opened < 0 ? -1 : message.indexOf('] "', opened);
  if (closed < 0 || opened > headCharsMax || closed - opened > 64) return undefined;
  const request = quoted(message, closed + 2);
  const tail = request && /^ (\d{3}|-) (\d{1,20}|-)/.exec(message.slice(request.end, request.end + 40));
  const head = message.slice(0, opened).split(' ');
  if (!request || !tail || head.length < 3) return undefined;
  const fields = new Map<string, readonly string[]>();
  const set = (text: string | undefined, ...names: string[]) => {
    if (text !== undefined) for (const name of names) fields.set(name, [text]);
  };
  const hasHost = head.length > 3 && head[2] === '-' && head[1] !== '-';
  set(hasHost ? head[0]!.replace(/:\d{1,5}$/, '') : undefined, 'cs-host');
  set(hasHost ? head[1] : head[0], 'c-ip', 'c-dns', 'src_ip', 'clientip');
  set(head.slice(hasHost ? 3 : 2).join(' '), 'cs-username');
  set(tail[1], 'sc-status');
  set(tail[2], 'sc-bytes');
  setRequest(request.text, set);
  const referer = quoted(message, request.end + tail[0].length + 1);
  set(referer?.text, 'cs-referer', 'cs-referrer');
  set(referer && quoted(message, referer.end + 1)?.text, 'cs-user-agent', 'c-useragent');
  return fields;
}

const headCharsMax = 1024;

function setRequest(request: string, set: (text: string | undefined, ...names: string[]) => void): void {
  const first = request.indexOf(' ');
  const last = request.lastIndexOf(' ');
  const hasVersion = last > first && request.startsWith('HTTP/', last + 1);
  // What is no request (a handshake, a scan) stands there as it came.
  const uri = first < 0 ? request : request.slice(first + 1, hasVersion ? last : undefined);
  const question = uri.indexOf('?');
  set(first < 0 ? undefined : request.slice(0, first), 'cs-method');
  set(hasVersion ? request.slice(last + 1) : undefined, 'cs-version');
  set(uri, 'cs-uri', 'c-uri');
  set(question < 0 ? uri : uri.slice(0, question), 'cs-uri-stem', 'c-uri-stem');
  set(question < 0 ? '-' : uri.slice(question + 1), 'cs-uri-query', 'c-uri-query');
}

/** A text in quotes that begins there; a backslash keeps a quote from ending it. */
function quoted(line: string, at: number): { readonly text: string; readonly end: number } | undefined {
  if (line[at] !== '"') return undefined;
  let isEscaped = false;
  for (let end = at + 1; end < line.length; end++) {
    const char = line[end];
    if (char === '"' && !isEscaped)
      return { text: line.slice(at + 1, end).replaceAll(/\\(["\\])/g, '$1'), end: end + 1 };
    isEscaped = char === '\\' && !isEscaped;
  }
  return undefined;
}
