import type { EngineProgram } from './catalogue.ts';
import type { Distribution } from './distribution.ts';

export type Command = {
  readonly say: string;
  readonly words: readonly string[];
  /** Whether the whole fails with it. */
  readonly isNeeded: boolean;
};

/** What has to be written for the time of the commands: apt's own sources stay as they are. */
export type ExtraSources = { readonly path: string; readonly line: string };

export type InstallPlan = { readonly commands: readonly Command[]; readonly sources?: ExtraSources };

const aptInstall = ['install', '-y', '-q', '--no-install-recommends', '-o', 'Dpkg::Use-Pty=0'];
const apt = ['apt-get', '-o', 'DPkg::Lock::Timeout=300'];
export const debianMirror = 'http://deb.debian.org/debian';
const debianKeys = '/usr/share/keyrings/debian-archive-keyring.gpg';

/**
 * The commands that bring these programs, in order.
 * @param missing programs that are not there yet
 * @param mirror where Debian's backports are asked for
 */
export function planInstall(
  distribution: Distribution,
  missing: readonly EngineProgram[],
  sourcesPath: string,
  mirror: string = debianMirror,
): InstallPlan {
  if (missing.length === 0) return { commands: [] };
  return distribution.tool === 'apt'
    ? planApt(distribution, missing, sourcesPath, mirror)
    : { commands: planDnf(distribution, missing) };
}

function planApt(
  { backports }: Distribution,
  missing: readonly EngineProgram[],
  sourcesPath: string,
  mirror: string,
): InstallPlan {
  const isApart = (engine: EngineProgram) => engine.isInBackports === true && backports !== undefined;
  const [plain, apart] = [missing.filter((engine) => !isApart(engine)), missing.filter(isApart)];
  const sources: ExtraSources | undefined =
    apart.length > 0
      ? { path: sourcesPath, line: `deb [signed-by=${debianKeys}] ${mirror} ${backports} main` }
      : undefined;
  const program = [...apt, ...(sources ? ['-o', `Dir::Etc::sourcelist=${sources.path}`] : [])];
  const install = (engines: readonly EngineProgram[], release: readonly string[]): Command[] =>
    engines.length === 0
      ? []
      : [
          {
            say: `installs ${namesOf(engines)}`,
            words: [...program, ...aptInstall, ...release, ...once(engines.flatMap(({ packages }) => packages.apt))],
            isNeeded: true,
          },
        ];
  return {
    ...(sources ? { sources } : {}),
    commands: [
      // Lists that are a day old will do where there is no way to new ones; then the installation says what it lacks.
      { say: 'asks what packages there are', words: [...program, 'update', '-q'], isNeeded: false },
      ...install(plain, []),
      // What such a package needs is taken from there too.
      ...install(apart, ['-t', backports ?? '']),
    ],
  };
}

function planDnf({ needsEpel }: Distribution, missing: readonly EngineProgram[]): Command[] {
  const install = (say: string, packages: readonly string[], isNeeded: boolean): Command => ({
    ...{ say, isNeeded },
    words: ['dnf', 'install', '-y', '-q', '--setopt=install_weak_deps=False', ...packages],
  });
  const wantsEpel = needsEpel === true && missing.some((engine) => engine.isInEpel);
  return [
    // RHEL itself knows no such package: there it has to be added by hand, and the next command says what is missing.
    ...(wantsEpel ? [install('adds the packages of EPEL', ['epel-release'], false)] : []),
    install(`installs ${namesOf(missing)}`, once(missing.flatMap(({ packages }) => packages.dnf)), true),
  ];
}

/** Several programs may come by one package. */
const once = (names: readonly string[]): string[] => [...new Set(names)];

/** Units that the packages have switched on, off again; and those that are wanted, on. Only of what was installed now. */
export function planUnits(installed: readonly EngineProgram[], hasSystemd: boolean): Command[] {
  const off = once(installed.flatMap(({ unitsOff }) => unitsOff));
  const on = installed.flatMap(({ unitsOn = [] }) => unitsOn);
  const now = hasSystemd ? ['--now'] : [];
  return [
    ...off.map((unit) => ({
      say: `keeps ${unit} off: the agent runs it itself`,
      words: ['systemctl', 'disable', '--quiet', ...now, unit],
      isNeeded: false,
    })),
    ...on.map((unit) => ({
      say: `starts ${unit}`,
      words: ['systemctl', 'enable', '--quiet', ...now, unit],
      isNeeded: false,
    })),
  ];
}

const namesOf = (engines: readonly EngineProgram[]): string => engines.map(({ name }) => name).join(', ');

/** As one types it. */
export const commandLine = ({ words }: Pick<Command, 'words'>): string =>
  words.map((word) => (/^[\w@%+=:,./~-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(' ');
