import { type Entities, fitKey, fitValue, type Values } from './entity.ts';
import type { SafeFiles } from './safe-files.ts';

/** passwd(5): only what names an account counts; a line of NIS (`+`) is none. */
export type Account = {
  readonly name: string;
  readonly uid: string;
  readonly gid: string;
  readonly fullName: string;
  readonly homeFolder: string;
  readonly shell: string;
};

const fieldsOf = (text: string): string[][] =>
  text
    .split('\n')
    .map((line) => line.split(':'))
    .filter(([name = '']) => name !== '' && !/^[+#-]/.test(name));

export const parsePasswd = (text: string): Account[] =>
  fieldsOf(text)
    .filter((fields) => fields.length >= 7)
    .map(([name = '', , uid = '', gid = '', fullName = '', homeFolder = '', shell = '']) => ({
      ...{ name, uid, gid, fullName, homeFolder, shell },
    }));

type Group = { readonly name: string; readonly gid: string; readonly members: readonly string[] };
const parseGroup = (text: string): Group[] =>
  fieldsOf(text).map(([name = '', , gid = '', members = '']) => ({
    ...{ name, gid },
    members: members
      .split(',')
      .map((member) => member.trim())
      .filter(Boolean)
      .sort(),
  }));

export const accountFiles = ['/etc/passwd', '/etc/group', '/etc/shadow'];

/** Users of `/etc/passwd`, with what `/etc/shadow` says of their passwords but never a hash. */
export function readUsers(files: SafeFiles): Entities | undefined {
  const passwd = files.text('/etc/passwd');
  if (passwd === undefined) return undefined;
  const groups = parseGroup(files.text('/etc/group') ?? '');
  const names = new Map(groups.map(({ gid, name }) => [gid, name]));
  const groupsOf = new Map<string, string[]>();
  for (const { name, members } of groups)
    for (const member of members) groupsOf.set(member, [...(groupsOf.get(member) ?? []), name]);
  const passwords = readShadow(files.text('/etc/shadow'));
  return new Map(
    parsePasswd(passwd).map(({ name, uid, gid, fullName, homeFolder, shell }) => [
      fitKey(name),
      {
        ...{ uid, group: names.get(gid) ?? gid },
        groups: fitValue((groupsOf.get(name) ?? []).sort().join(', ')),
        fullName: fitValue(fullName),
        homeFolder: fitValue(homeFolder),
        shell: fitValue(shell),
        ...passwords.get(name),
      },
    ]),
  );
}

/** shadow(5). The hash itself is looked at for what kind of password there is, and left there. */
function readShadow(text: string | undefined): ReadonlyMap<string, Values> {
  if (text === undefined) return new Map();
  return new Map(
    fieldsOf(text).map(([name = '', hash = '', changed = '', , longest = '', , , expires = '']) => [
      name,
      {
        lockedOut: String(/^[!*]/.test(hash)),
        // An account with an empty field lets everybody in without one.
        hasPassword: hash === '' ? 'empty' : String(/^!*[^!*]/.test(hash)),
        passwordLastChanged: dayOf(changed),
        passwordExpires: passwordEnd(changed, longest),
        accountExpires: dayOf(expires),
      },
    ]),
  );
}

const dayMs = 86_400_000;
const daysMax = 2_932_896;

/** Days since 1970 as a date; `never` where there is none. */
function dayOf(days: string): string {
  const number = /^\d{1,7}$/.test(days) ? Number(days) : Number.NaN;
  return number >= 0 && number <= daysMax ? new Date(number * dayMs).toISOString().slice(0, 10) : 'never';
}

/** 99999 days, the tools' own word for never, is beyond any password's life. */
function passwordEnd(changed: string, longest: string): string {
  if (!/^\d{1,7}$/.test(changed) || !/^\d{1,7}$/.test(longest) || Number(longest) >= 99_999) return 'never';
  return dayOf(String(Number(changed) + Number(longest)));
}

/** Groups of `/etc/group` with the members that it lists. */
export function readGroups(files: SafeFiles): Entities | undefined {
  const text = files.text('/etc/group');
  if (text === undefined) return undefined;
  return new Map(
    parseGroup(text).map(({ name, gid, members }) => [fitKey(name), { gid, members: fitValue(members.join(', ')) }]),
  );
}
