import { readFileSync } from 'node:fs';
import { decodePath } from './path-bytes.ts';

/**
 * File systems that are never entered: on a network (a walk would load the far side and may hang for ever), FUSE (S22: object storage
 * such as s3fs, goofys, mountpoint-s3, rclone), and the kernel's own, whose files change at every look.
 */
const network =
  /^(nfs\d?|cifs|smb\d?|smbfs|afs|ncpfs|ceph|glusterfs|lustre|gpfs|beegfs\w*|9p|virtiofs|ocfs2|gfs2|davfs|autofs|fuse|fuseblk|fuse\..+)$/;
const kernel =
  /^(proc|sysfs|cgroup2?|devpts|devtmpfs|debugfs|tracefs|securityfs|pstore|bpf|mqueue|hugetlbfs|configfs|fusectl|binfmt_misc|efivarfs|nsfs|rpc_pipefs|selinuxfs)$/;

/** One line of `/proc/self/mountinfo` (proc(5)). */
export type Mount = {
  /** Where it is seen. */
  readonly point: string;
  /** What part of the file system is seen there: `/` for all of it, another for a bind mount. */
  readonly root: string;
  /** `major:minor`, which mounts of the same file system share. */
  readonly device: string;
  readonly type: string;
  readonly source: string;
};

/** The mounts of this host, and those that the engine must not enter. */
export class Mounts {
  /** What it was read from, so that a change can be told. */
  readonly table: string;
  /** Mount point → what is seen there; where several lie upon another, the topmost. */
  readonly #byPoint = new Map<string, Mount>();
  readonly #skipped = new Set<string>();
  /** Network and FUSE mounts that are left out: those that a person expects to be watched. */
  readonly remote: readonly string[];

  /**
   * @param table text of `/proc/self/mountinfo`
   * @param included mount points that are entered although they are on a network or FUSE
   */
  constructor(table: string, included: readonly string[] = []) {
    this.table = table;
    for (const line of table.split('\n')) {
      const [front = '', back = ''] = line.split(' - ');
      const [, , device = '', root = '', point = ''] = front.split(' ');
      const [type = '', source = ''] = back.split(' ');
      if (!point || !type) continue;
      const mount = {
        point: unescapePath(point),
        root: unescapePath(root),
        device,
        type,
        source: unescapePath(source),
      };
      // A later line of the same point lies on top of the earlier one.
      this.#byPoint.set(mount.point, mount);
    }
    const remote: string[] = [];
    for (const { point, type } of this.#byPoint.values()) {
      const isRemote = network.test(type) && !included.includes(point);
      if (isRemote) remote.push(point);
      if (isRemote || kernel.test(type)) this.#skipped.add(point);
    }
    this.remote = remote;
  }

  /** The skipped mount on which this path lies, if any. Asks no file system, so it cannot hang. */
  skipping(path: string): string | undefined {
    if (this.#skipped.size === 0) return undefined;
    for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
      const folder = path.slice(0, end);
      if (this.#skipped.has(folder)) return folder;
    }
    return undefined;
  }

  /** All that are not left out. */
  entered(): Mount[] {
    return [...this.#byPoint.values()].filter(({ point }) => this.skipping(point) === undefined);
  }

  /** Points at which another file system is seen than before, or none of its own any more. Those that are left out are not among them. */
  changedSince(before: Mounts): string[] {
    const points = new Set([...this.#byPoint.keys(), ...before.#byPoint.keys()]);
    return [...points].filter((point) => {
      const [was, is] = [before.at(point), this.at(point)];
      return (was?.device !== is?.device || was?.root !== is?.root) && this.skipping(point) === undefined;
    });
  }

  at(point: string): Mount | undefined {
    return this.#byPoint.get(point);
  }

  /** The mount through which this path is seen. */
  of(path: string): Mount | undefined {
    for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
      const found = this.#byPoint.get(path.slice(0, end));
      if (found) return found;
    }
    return this.#byPoint.get('/');
  }

  /** Network and FUSE mounts, whether left out or not. */
  isRemote(point: string): boolean {
    return network.test(this.#byPoint.get(point)?.type ?? '');
  }
}

/** mountinfo writes space, tab, newline and backslash as three octal digits. */
const unescapePath = (text: string) =>
  text.replaceAll(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));

/** The mounts now; none where the kernel does not tell. */
export function readMounts(file = '/proc/self/mountinfo', included: readonly string[] = []): Mounts {
  try {
    return new Mounts(decodePath(readFileSync(file)), included);
  } catch {
    return new Mounts('', included);
  }
}
