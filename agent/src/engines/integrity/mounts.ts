import { readFileSync } from 'node:fs';

/**
 * File systems that are never entered: on a network (a walk would load the far side and may hang for ever), FUSE (S22: object storage
 * such as s3fs, goofys, mountpoint-s3), and the kernel's own, whose files change at every look.
 */
const network =
  /^(nfs\d?|cifs|smb\d?|smbfs|afs|ncpfs|ceph|glusterfs|lustre|gpfs|beegfs\w*|9p|virtiofs|ocfs2|gfs2|davfs|autofs|fuse|fuseblk|fuse\..+)$/;
const kernel =
  /^(proc|sysfs|cgroup2?|devpts|devtmpfs|debugfs|tracefs|securityfs|pstore|bpf|mqueue|hugetlbfs|configfs|fusectl|binfmt_misc|efivarfs|nsfs|rpc_pipefs|selinuxfs)$/;

/** The mounts of this host that the engine must not enter. */
export class Mounts {
  /** Mount point → type of file system. */
  readonly #skipped = new Map<string, string>();
  /** Network and FUSE mounts among them: those that a person expects to be watched. */
  readonly remote: readonly string[];

  /** @param table text of `/proc/self/mountinfo` (proc(5)). */
  constructor(table: string) {
    for (const line of table.split('\n')) {
      const [front = '', back = ''] = line.split(' - ');
      const point = front.split(' ')[4];
      const type = back.split(' ')[0];
      if (!point || !type) continue;
      // A later line of the same point lies on top of the earlier one.
      if (network.test(type) || kernel.test(type)) this.#skipped.set(unescapePoint(point), type);
      else this.#skipped.delete(unescapePoint(point));
    }
    this.remote = [...this.#skipped].filter(([, type]) => network.test(type)).map(([point]) => point);
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
}

/** mountinfo writes space, tab, newline and backslash as three octal digits. */
const unescapePoint = (point: string) =>
  point.replaceAll(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));

/** The mounts now; none where the kernel does not tell. */
export function readMounts(file = '/proc/self/mountinfo'): Mounts {
  try {
    return new Mounts(readFileSync(file, 'utf8'));
  } catch {
    return new Mounts('');
  }
}
