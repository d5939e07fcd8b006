import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';

/**
 * For tests that change `/etc`, `/usr` and the like: runs a script of ours in a root of its own, in a mount namespace of its own. Nothing is there but Node
 * with its libraries, `/proc`, our code (read only) and an empty `/run/test`, which is `shared` outside; all else is in memory and goes with the process.
 */
const checkout = resolve(import.meta.dirname, '../../../..');
/** Where the code lies in the new root: in no folder that anybody would watch. */
const codeFolder = '/sakimori';
const sharedFolder = '/run/test';

const setUp = `
set -e
root=$1 shared=$2 checkout=$3 node=$4 script=$5; shift 5
mount -t tmpfs -o mode=755 tmpfs "$root"
for library in $LIBRARIES; do mkdir -p "$root$(dirname "$library")"; cp -L "$library" "$root$library"; done
mkdir -p "$root/proc" "$root${codeFolder}" "$root${sharedFolder}" "$root/tmp" "$root/node"
mount --rbind /proc "$root/proc"
mount --bind "$checkout" "$root${codeFolder}"
mount -o remount,bind,ro "$root${codeFolder}"
mount --bind "$shared" "$root${sharedFolder}"
mount --bind "$(dirname "$node")" "$root/node"
exec chroot "$root" "/node/$(basename "$node")" "${codeFolder}/$script" "${sharedFolder}"
`;

export class OwnRoot {
  readonly #folder = mkdtempSync(join(tmpdir(), 'own-root-'));
  /** A folder that both sides see. */
  readonly shared = join(this.#folder, 'shared');

  constructor() {
    mkdirSync(this.shared);
    mkdirSync(join(this.#folder, 'root'));
  }

  /** Why it cannot be done here, or `undefined` where it can. */
  static missing(): string | undefined {
    if (process.geteuid?.() !== 0) return 'needs root for a file system of its own';
    try {
      execFileSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', '/tmp'], { stdio: 'ignore' });
      return undefined;
    } catch {
      return 'mounting in a namespace of its own is not allowed here';
    }
  }

  /** Runs the script to its end. @throws Error with what it wrote, where it fails */
  async run(script: string): Promise<void> {
    const node = realpathSync(process.execPath);
    const args = [join(this.#folder, 'root'), this.shared, checkout, node, relative(checkout, script)];
    const child = spawn('unshare', ['-m', '--propagation', 'private', 'sh', '-c', setUp, 'sh', ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      // Each engine waits for the kernel in a thread of the pool; here run more than a hundred.
      env: { ...process.env, UV_THREADPOOL_SIZE: '512', LIBRARIES: librariesOf(node).join(' ') },
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes: Buffer) => (said += bytes.toString()));
    const [code] = (await once(child, 'close')) as [number | null];
    if (code !== 0) throw new Error(`${script} ended with ${code}: ${said}`);
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** The loader and the libraries that this program needs. */
function librariesOf(program: string): string[] {
  const text = execFileSync('ldd', [program], { encoding: 'utf8' });
  return [...text.matchAll(/(?:=> |^\s+)(\/\S+) \(0x/gm)].map((match) => match[1]!);
}
