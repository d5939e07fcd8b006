import { type Authenticate, languageOf, type Platform } from '../platform/index.ts';
import { readSessionCookie } from './cookie.ts';
import { findKey } from './keys.ts';
import { actorOf } from './people.ts';
import { findSession } from './sessions.ts';

/**
 * Who makes a request: `Authorization: Bearer skm_…`, else the session cookie. A credential that is sent and wrong is nobody; the other one
 * is not tried. Asked of the database at every request, so that an end of access holds from the next one on.
 */
export const createAuthenticate =
  (platform: Platform): Authenticate =>
  async (request, { touch } = { touch: true }) => {
    const { authorization } = request.headers;
    if (authorization !== undefined) {
      const actor = await findKey(platform, authorization.replace(/^Bearer /i, ''), touch);
      return actor && { actor, language: languageOf(request) };
    }
    const token = readSessionCookie(request);
    const session = token === undefined ? undefined : await findSession(platform, token, touch);
    return session && { actor: actorOf(session), language: session.language };
  };
