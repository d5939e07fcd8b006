import type { FastifyReply, FastifyRequest } from 'fastify';

const name = 'sakimori_session';

/** The session's token as the browser sent it. */
export function readSessionCookie(request: FastifyRequest): string | undefined {
  for (const pair of (request.headers.cookie ?? '').split(';')) {
    const [key, value] = pair.trim().split('=', 2);
    if (key === name && value) return value;
  }
  return undefined;
}

/**
 * Only sent back to us (`SameSite=Strict`), never readable by a page's script, and over TLS alone where the console is served over TLS.
 * @param token left out: the browser forgets the cookie
 */
export function writeSessionCookie(reply: FastifyReply, publicUrl: string, token?: string, validSeconds = 0): void {
  const secure = publicUrl.startsWith('https:') ? '; Secure' : '';
  reply.header(
    'set-cookie',
    `${name}=${token ?? ''}; Path=/; Max-Age=${validSeconds}; HttpOnly; SameSite=Strict${secure}`,
  );
}
