import type { ProcessActor } from './detection.ts';
import type { Language } from './language.ts';
import { phrase } from './phrase.ts';

/** Who did it, in words for a person; texts may hold anything that a host sent. Absent is what is not known. */
export type ActorWords = {
  readonly process: string;
  readonly parent?: string;
  readonly user?: string;
  readonly loginUser?: string;
};

/** An actor in the reader's language: the program with its number, what started it, as whom it ran, and who had logged in. */
export function actorWords(language: Language, actor: ProcessActor): ActorWords {
  const { process, user, loginUser, unknown } = actor;
  const known = nameOf(language, process);
  const reason = unknown && phrase(language, `actor.unknown.${unknown}`);
  return {
    process: reason ? phrase(language, 'actor.withReason', { what: known, reason }) : known,
    ...(process.parent ? { parent: nameOf(language, process.parent) } : {}),
    ...(user ? { user: accountOf(language, user) } : {}),
    ...(loginUser ? { loginUser: accountOf(language, loginUser) } : {}),
  };
}

function nameOf(language: Language, { path, name, pid }: ProcessActor['process']): string {
  const program = path ?? name ?? phrase(language, 'actor.program.unknown');
  return pid === undefined ? program : phrase(language, 'actor.withPid', { program, pid: String(pid) });
}

const accountOf = (language: Language, { name, uid }: { readonly name: string; readonly uid?: number | undefined }) =>
  uid === undefined || name === String(uid) ? name : phrase(language, 'actor.withUid', { name, uid: String(uid) });
