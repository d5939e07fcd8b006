import { readFileSync, statSync } from 'node:fs';

/** Names of users and groups, as `/etc/passwd` and `/etc/group` have them now. A number that has no name there is given as a number. */
export class AccountNames {
  readonly #users: NameFile;
  readonly #groups: NameFile;

  constructor(passwd = '/etc/passwd', group = '/etc/group') {
    this.#users = new NameFile(passwd);
    this.#groups = new NameFile(group);
  }

  user(uid: number): string {
    return this.#users.nameOf(uid);
  }

  group(gid: number): string {
    return this.#groups.nameOf(gid);
  }
}

class NameFile {
  readonly #path: string;
  #names = new Map<number, string>();
  #readAt = Number.NaN;

  constructor(path: string) {
    this.#path = path;
  }

  nameOf(id: number): string {
    this.#refresh();
    return (this.#names.get(id) ?? String(id)).slice(0, 64);
  }

  #refresh(): void {
    const changedMs = statSync(this.#path, { throwIfNoEntry: false })?.mtimeMs ?? Number.NaN;
    if (changedMs === this.#readAt) return;
    this.#readAt = changedMs;
    this.#names = new Map();
    try {
      for (const line of readFileSync(this.#path, 'utf8').split('\n')) {
        const [name = '', , id = ''] = line.split(':');
        if (name && /^\d+$/.test(id) && !this.#names.has(Number(id))) this.#names.set(Number(id), name);
      }
    } catch {
      // Unreadable or gone: numbers stand for themselves.
    }
  }
}
