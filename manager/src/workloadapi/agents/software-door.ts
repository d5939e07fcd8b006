import { createReadStream } from 'node:fs';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Software, type SoftwareFile, SoftwareUnavailable } from '../../deployment/index.ts';
import { ApiFault, notFound } from '../http/api-fault.ts';

/** Downloads at once, of all hosts and from one address; more are asked to come back, as the scripts do. */
const downloadsMax = 128;
const downloadsOfAddressMax = 64;
/** A host that takes nothing for so long has gone. */
const idleMsMax = 30_000;
/** The scripts give up after the same time. */
const downloadMsMax = 900_000;

type Asked = { Params: { architecture: string; file: string }; Querystring: { build?: string } };

/** The agent's packages, for hosts that have nothing yet to say who they are. They hold no secret and are the same for every account. */
export function addSoftwareRoutes(app: FastifyInstance, software: Software): void {
  const downloads = new Downloads();
  app.route<Asked>({
    method: ['GET', 'HEAD'],
    url: '/software/agent/linux/:architecture/:file',
    handler: async (request, reply) => {
      const { architecture, file } = request.params;
      const name = file.replace(/\.sha256$/, '');
      const found = await find(software, architecture, name, request.query.build);
      if (name !== file)
        return reply.header('content-type', 'text/plain; charset=utf-8').send(`${found.sha256}  ${name}\n`);
      return sendFile(request, reply, found, downloads);
    },
  });
}

async function find(software: Software, architecture: string, name: string, build: unknown): Promise<SoftwareFile> {
  try {
    const found = await software.find(architecture, name, typeof build === 'string' ? build : undefined);
    if (found) return found;
  } catch (error) {
    if (error instanceof SoftwareUnavailable) throw new ApiFault(503, error.message, { cause: error });
    throw error;
  }
  throw notFound('software of this name');
}

function sendFile(
  request: FastifyRequest,
  reply: FastifyReply,
  { path, sha256, bytes }: SoftwareFile,
  downloads: Downloads,
): FastifyReply {
  const tag = `"${sha256}"`;
  const isWanted = request.method === 'GET' && request.headers['if-none-match'] !== tag;
  const leave = isWanted ? downloads.enter(request.ip) : undefined;
  if (isWanted && !leave)
    throw new ApiFault(429, 'Too many hosts are downloading the agent right now. Please try again.');
  reply.headers({ etag: tag, 'cache-control': 'no-cache', 'content-type': 'application/octet-stream' });
  if (request.headers['if-none-match'] === tag) return reply.code(304).send();
  reply.header('content-length', bytes);
  if (!leave) return reply.send();
  const { raw } = reply;
  const timer = setTimeout(() => raw.destroy(), downloadMsMax);
  raw.once('close', () => {
    clearTimeout(timer);
    leave();
  });
  raw.setTimeout(idleMsMax, () => raw.destroy());
  return reply.send(createReadStream(path));
}

class Downloads {
  readonly #ofAddress = new Map<string, number>();
  #count = 0;

  /** @returns what ends the download; undefined where it would be one too many */
  enter(address: string): (() => void) | undefined {
    const own = this.#ofAddress.get(address) ?? 0;
    if (this.#count >= downloadsMax || own >= downloadsOfAddressMax) return undefined;
    this.#count += 1;
    this.#ofAddress.set(address, own + 1);
    return () => {
      this.#count -= 1;
      const left = this.#ofAddress.get(address)! - 1;
      if (left === 0) this.#ofAddress.delete(address);
      else this.#ofAddress.set(address, left);
    };
  }
}
