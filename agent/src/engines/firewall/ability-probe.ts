import { logGroup } from './compile/chain-book.ts';
import { type Ability, abilities } from './compile/event-key.ts';
import { type Nft, NftFault } from './nft.ts';

const trials: Readonly<Record<Ability, string>> = {
  packetLog: `chain one {\nlog prefix "one" group ${logGroup} queue-threshold 1\n}`,
  connectionLimit: `set peers {
type ipv4_addr
size 16
flags dynamic
}
chain one {
ct state new add @peers { ip saddr ct count over 1 } drop
}`,
  timeouts: `ct timeout one {
protocol tcp
l3proto ip
policy = { established : 100 }
}
chain one {
ct timeout set "one"
}`,
  localAddress: 'chain one {\ntype filter hook input priority -10; policy accept;\nfib saddr type local drop\n}',
  routing: 'chain one {\nrt type 0 drop\n}',
};

const textOf = (body: string): string => `table inet sakimori_fw_trial {\n${body}\n}\n`;

/**
 * What this kernel's nf_tables can do; nothing is put in force.
 * @throws NftFault where it can do nothing at all: no program, no right, no nf_tables
 */
export async function findAbilities(nft: Nft): Promise<ReadonlySet<Ability>> {
  await nft.check(textOf('chain one {\ntype filter hook input priority -10; policy accept;\nct state new accept\n}'));
  const found = new Set<Ability>();
  for (const ability of abilities) if (await takes(nft, trials[ability])) found.add(ability);
  return found;
}

async function takes(nft: Nft, body: string): Promise<boolean> {
  try {
    await nft.check(textOf(body));
    return true;
  } catch (error) {
    if (error instanceof NftFault) return false;
    throw error;
  }
}
