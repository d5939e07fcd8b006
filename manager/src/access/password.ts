import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify(argon2);

type Cost = { readonly memory: number; readonly passes: number; readonly parallelism: number };

/** OWASP's Argon2id parameters for a service that many sign in to at once: 19 MiB, two passes. */
const cost: Cost = { memory: 19_456, passes: 2, parallelism: 1 };
const hashBytes = 32;

/** Typed through an input method or not, it is the same password: full-width letters count as their plain ones. */
const compute = (password: string, nonce: Buffer, { memory, passes, parallelism }: Cost, bytes: number) =>
  derive('argon2id', { message: password.normalize('NFKC'), nonce, memory, passes, parallelism, tagLength: bytes });

const encode = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');

/** The hash in PHC form (`$argon2id$v=19$m=…,t=…,p=…$salt$hash`): it carries its own parameters, so they can be raised later. */
export async function hashPassword(password: string): Promise<string> {
  const nonce = randomBytes(16);
  const hash = await compute(password, nonce, cost, hashBytes);
  return `$argon2id$v=19$m=${cost.memory},t=${cost.passes},p=${cost.parallelism}$${encode(nonce)}$${encode(hash)}`;
}

/** Stands in for a person who does not exist or has no password, so that the answer takes as long. */
const nobody = `$argon2id$v=19$m=${cost.memory},t=${cost.passes},p=${cost.parallelism}$${encode(Buffer.alloc(16))}$${encode(Buffer.alloc(hashBytes))}`;

/** Compares in constant time. Without a stored hash the answer is no, after the same work. */
export async function verifyPassword(stored: string | undefined, password: string): Promise<boolean> {
  const parts = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([^$]+)\$([^$]+)$/.exec(stored ?? nobody);
  if (!parts) throw new Error('A stored password hash is not in the expected form.');
  const [, memory, passes, parallelism, nonce, hash] = parts;
  const expected = Buffer.from(hash!, 'base64');
  const given = await compute(
    password,
    Buffer.from(nonce!, 'base64'),
    { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) },
    expected.length,
  );
  return timingSafeEqual(given, expected) && stored !== undefined;
}
