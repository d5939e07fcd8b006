import { type Actor, permissionsOf, Refusal, routes } from '@sakimori/contract';
import { type BoundRoute, type Caller, type Platform, serve } from '../platform/index.ts';
import { readSessionCookie, writeSessionCookie } from './cookie.ts';
import { confirmTotp, type Owner, removeTotp, setPassword, startTotp } from './credentials.ts';
import { createKey, revokeKey, toKey } from './keys.ts';
import { changeLanguage, createPerson, disablePerson, issueLink, toPerson } from './people.ts';
import { findSession, redeemLink, type SignedIn, sessionValidSeconds, signIn, signOut } from './sessions.ts';
import { selectKeys, selectPeople } from './store.ts';

export type PublicUrl = () => string;

/** Where the console takes a one-time link. The secret stands in the fragment, which browsers send to no server. */
export const linkUrl = (publicUrl: PublicUrl, secret: string): string =>
  `${publicUrl().replace(/\/$/, '')}/link#${secret}`;

export const accessRoutes = (platform: Platform, publicUrl: PublicUrl): BoundRoute[] => [
  ...sessionRoutes(platform, publicUrl),
  ...ownRoutes(platform),
  ...peopleRoutes(platform, publicUrl),
  ...keyRoutes(platform),
];

type AnyCaller = Caller<Actor | undefined>;
const fromOf = (caller: AnyCaller) => ({ address: caller.address, oldToken: readSessionCookie(caller.request) });

const sessionRoutes = (platform: Platform, publicUrl: PublicUrl): BoundRoute[] => {
  const begin = (caller: AnyCaller, signedIn: SignedIn) => {
    writeSessionCookie(caller.reply, publicUrl(), signedIn.token, sessionValidSeconds);
    return signedIn.person;
  };
  return [
    serve(routes.getSession, async (_, caller) => {
      const token = caller.actor?.kind === 'person' ? readSessionCookie(caller.request) : undefined;
      const session = token === undefined ? undefined : await findSession(platform, token);
      return {
        ...(session ? { person: toPerson(session) } : {}),
        permissions: caller.actor ? [...permissionsOf[caller.actor.role]] : [],
      };
    }),
    serve(routes.signIn, async ({ body }, caller) => {
      const signedIn = await signIn(platform, body, fromOf(caller));
      return signedIn ? { person: begin(caller, signedIn), totpRequired: false } : { totpRequired: true };
    }),
    serve(routes.redeemLink, async ({ body }, caller) => ({
      person: begin(caller, await redeemLink(platform, body.secret, fromOf(caller))),
    })),
    serve(routes.signOut, async (_, caller) => {
      const { actor, token } = ownerOf(caller);
      await signOut(platform, actor, token);
      writeSessionCookie(caller.reply, publicUrl());
      return undefined;
    }),
  ];
};

/** A program with a key has no password, code or language of its own. */
function ownerOf(caller: AnyCaller): Owner {
  const token = readSessionCookie(caller.request);
  if (caller.actor?.kind !== 'person' || token === undefined) throw new Refusal('forbidden', { permission: 'session' });
  return { actor: caller.actor, token };
}

const ownRoutes = (platform: Platform): BoundRoute[] => [
  serve(routes.setPassword, ({ body }, caller) => setPassword(platform, ownerOf(caller), body)),
  serve(routes.startTotp, async ({ body }, caller) => ({
    uri: await startTotp(platform, ownerOf(caller), body.password),
  })),
  serve(routes.confirmTotp, ({ body }, caller) => confirmTotp(platform, ownerOf(caller), body.code)),
  serve(routes.removeTotp, ({ body }, caller) => removeTotp(platform, ownerOf(caller), body.password)),
  serve(routes.setLanguage, ({ body }, caller) => changeLanguage(platform, ownerOf(caller).actor, body.language)),
];

/** Only the provider's own roles reach these: `person.read` and `person.write` are no customer's permissions. */
const peopleRoutes = (platform: Platform, publicUrl: PublicUrl): BoundRoute[] => [
  serve(routes.listPeople, async () => ({ items: (await platform.database.asProvider(selectPeople)).map(toPerson) })),
  serve(routes.createPerson, async ({ body }, { actor }) => {
    const { person, secret } = await createPerson(platform, actor, body);
    return { person, link: linkUrl(publicUrl, secret) };
  }),
  serve(routes.issueLink, async ({ params }, { actor }) => {
    const { secret, expiresAt } = await issueLink(platform, actor, asUuid(params.personId, 'person'));
    return { link: linkUrl(publicUrl, secret), expiresAt: expiresAt.toISOString() };
  }),
  serve(routes.disablePerson, async ({ params }, { actor }) => {
    await disablePerson(platform, actor, asUuid(params.personId, 'person'));
    return undefined;
  }),
];

const keyRoutes = (platform: Platform): BoundRoute[] => [
  serve(routes.listKeys, async () => ({ items: (await platform.database.asProvider(selectKeys)).map(toKey) })),
  serve(routes.createKey, ({ body }, { actor }) => createKey(platform, actor, body)),
  serve(routes.revokeKey, async ({ params }, { actor }) => {
    await revokeKey(platform, actor, params.keyId);
    return undefined;
  }),
];

/** Ids of people are free text on the wire; here they are UUIDs, and any other text names nobody. */
function asUuid(id: string, what: string): string {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)) throw new Refusal('not_found', { what });
  return id;
}
