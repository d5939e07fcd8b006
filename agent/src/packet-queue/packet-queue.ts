import {
  iptablesInstallText,
  iptablesRemovalText,
  iptablesStanding,
  iptablesTables,
  iptablesTrialText,
  isBareTable,
} from './iptables-text.ts';
import type { Family, QueueJump, QueueOwner } from './jump.ts';
import { nftInstallText, nftRemovalText, nftTrialText, queueTableOf } from './nft-text.ts';
import { createRunProgram, QueueFault, type RunProgram } from './programs.ts';

/** By which road packets get into a queue on this host. */
export type JumpWay = 'nft' | 'iptables';

const families: readonly Family[] = [4, 6];
const programOf = (family: Family, what: 'save' | 'restore'): string =>
  `${family === 4 ? 'ip' : 'ip6'}tables-nft-${what}`;

/** One owner's jump: put there, looked after and taken away. Calls run one after another. */
export class PacketQueue {
  readonly #owner: QueueOwner;
  readonly #run: RunProgram;
  #way: JumpWay | undefined;
  #installed: { readonly jump: QueueJump; readonly standing: string } | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  /** @param run absent: the system's programs */
  constructor(owner: QueueOwner, run: RunProgram = createRunProgram()) {
    this.#owner = owner;
    this.#run = run;
  }

  /** What is in force; undefined: no packets are led anywhere. */
  get jump(): QueueJump | undefined {
    return this.#installed?.jump;
  }

  /**
   * How it can be done here. Puts nothing in force and leaves nothing behind. What it found once it does not ask again.
   * @throws QueueFault where it cannot be done
   */
  async findWay(): Promise<JumpWay> {
    this.#way ??= await this.#probe();
    return this.#way;
  }

  /**
   * Puts the jump in force in place of the one before; for each family of addresses, packets meet the old one or the new one.
   * @throws QueueFault and leaves no part of it
   */
  install(jump: QueueJump): Promise<void> {
    return this.#inTurn(async () => {
      const way = await this.findWay();
      try {
        if (way === 'nft') await this.#run('nft', ['-f', '-'], nftInstallText(jump));
        else for (const family of families) await this.#putByIptables(jump, family);
      } catch (error) {
        await this.#takeAway().catch(() => undefined);
        throw error;
      }
      this.#installed = { jump, standing: await this.#standing(jump) };
    });
  }

  /** Takes the jump away, whoever put it there; also where there is none. @throws QueueFault */
  remove(): Promise<void> {
    return this.#inTurn(() => this.#takeAway());
  }

  /** Whether the jump stands as it was put there; somebody else may have flushed or changed it. @throws QueueFault */
  isStanding(): Promise<boolean> {
    return this.#inTurn(async () => {
      if (!this.#installed) return true;
      const { jump, standing } = this.#installed;
      return (await this.#standing(jump)) === standing;
    });
  }

  async #probe(): Promise<JumpWay> {
    const faults: QueueFault[] = [];
    const roads = [
      { way: 'nft', ask: () => this.#run('nft', ['-c', '-f', '-'], nftTrialText) },
      { way: 'iptables', ask: () => this.#run('iptables-nft-restore', ['-n', '--test'], iptablesTrialText) },
    ] as const;
    for (const { way, ask } of roads) {
      try {
        await ask();
        return way;
      } catch (error) {
        if (!(error instanceof QueueFault)) throw error;
        faults.push(error);
      }
    }
    const [byNft, byIptables] = faults as [QueueFault, QueueFault];
    if (byIptables.kind === 'refused' || byNft.kind === 'refused')
      throw byIptables.kind === 'refused' ? byIptables : byNft;
    if (byIptables.kind === 'missing') throw new QueueFault('missing', byIptables.message, 'iptables');
    throw new QueueFault('unsupported', `the kernel has no NFQUEUE: ${byNft.message}; ${byIptables.message}`);
  }

  async #putByIptables(jump: QueueJump, family: Family): Promise<void> {
    const saved = await this.#save(family, jump.stage);
    await this.#run(programOf(family, 'restore'), ['-n'], iptablesInstallText(jump, family, saved));
  }

  async #takeAway(): Promise<void> {
    this.#installed = undefined;
    const faults: unknown[] = [];
    const attempt = async (work: () => Promise<unknown>) => {
      try {
        await work();
      } catch (error) {
        // Without the program nothing of ours can be there.
        if (!(error instanceof QueueFault && error.kind === 'missing')) faults.push(error);
      }
    };
    await attempt(async () => {
      const tables = await this.#run('nft', ['list', 'tables']);
      if (tables.includes(`inet ${queueTableOf(this.#owner)}\n`))
        await this.#run('nft', ['-f', '-'], nftRemovalText(this.#owner));
    });
    for (const family of families)
      for (const stage of ['early', 'late'] as const) await attempt(() => this.#takeFromIptables(family, stage));
    if (faults.length > 0) throw faults[0];
  }

  async #takeFromIptables(family: Family, stage: QueueJump['stage']): Promise<void> {
    const text = iptablesRemovalText(this.#owner, stage, await this.#save(family, stage));
    if (text === undefined) return;
    await this.#run(programOf(family, 'restore'), ['-n'], text);
    // A table that the program made for us alone goes with it.
    if (!isBareTable(await this.#save(family, stage))) return;
    const table = `${family === 4 ? 'ip' : 'ip6'} ${iptablesTables[stage]}`;
    await this.#run('nft', ['delete', 'table', ...table.split(' ')]).catch(() => undefined);
  }

  async #standing(jump: QueueJump): Promise<string> {
    if ((await this.findWay()) === 'nft')
      return (await this.#run('nft', ['-s', 'list', 'table', 'inet', queueTableOf(jump.owner)]).catch(() => '')).trim();
    const saved = await Promise.all(families.map((family) => this.#save(family, jump.stage)));
    return saved.map((text) => iptablesStanding(jump.owner, text)).join('\n\n');
  }

  #save(family: Family, stage: QueueJump['stage']): Promise<string> {
    return this.#run(programOf(family, 'save'), ['-t', iptablesTables[stage]]);
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work, work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }
}
