import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import type { Clock, Log } from '../platform/index.ts';

const fileName = /^sakimori-agent\.(?:deb|tar\.gz)$/;
const buildName = /^\d{1,5}\.\d{1,5}\.\d{1,5}-[\da-f]{16}$/;

/** What the build says of itself (`scripts/agent-release.ts`). */
const Release = z.object({
  build: z.string().regex(buildName),
  version: z.string().regex(/^\d{1,5}\.\d{1,5}\.\d{1,5}$/),
  architecture: z.string().regex(/^\w{1,20}$/),
  files: z.record(z.string().regex(fileName), z.object({ sha256: z.string().length(64), bytes: z.number().int() })),
});
export type AgentRelease = z.infer<typeof Release>;

export type SoftwareFile = { readonly path: string; readonly sha256: string; readonly bytes: number };

/** The agent's packages cannot be had on this manager; the message says why, without paths. */
export class SoftwareUnavailable extends Error {}

const buildMsMax = 10 * 60_000;
/** A build that failed is tried again after this time, not with every request. */
const failedMs = 30_000;
const maker = join(import.meta.dirname, '../../../scripts/agent-release.ts');

/**
 * The agent's packages that this manager hands out. They are built from the checkout when they are first asked for, by a program of its own, and stay in
 * a folder below the manager's data: one a build, so that scripts which name an earlier one go on working.
 */
export class Software {
  readonly #folder: string;
  readonly #clock: Clock;
  readonly #log: Log;
  #making: Promise<AgentRelease> | undefined;
  #failure: { readonly error: SoftwareUnavailable; readonly atMs: number } | undefined;
  #child: ChildProcess | undefined;
  #isClosed = false;

  constructor(folder: string, { clock, log }: { readonly clock: Clock; readonly log: Log }) {
    this.#folder = folder;
    this.#clock = clock;
    this.#log = log;
  }

  /** The packages of today's sources; made at the first call. @throws SoftwareUnavailable */
  current(): Promise<AgentRelease> {
    const nowMs = this.#clock.now().getTime();
    if (this.#failure && nowMs - this.#failure.atMs < failedMs) return Promise.reject(this.#failure.error);
    this.#failure = undefined;
    this.#making ??= this.#make().catch((error: SoftwareUnavailable) => {
      this.#making = undefined;
      this.#failure = { error, atMs: this.#clock.now().getTime() };
      throw error;
    });
    return this.#making;
  }

  /**
   * A package by its name, of today's sources or of an earlier build that is still here.
   * @returns undefined where there is none @throws SoftwareUnavailable
   */
  async find(architecture: string, name: string, build?: string): Promise<SoftwareFile | undefined> {
    if (!fileName.test(name)) return undefined;
    // A build that is here already needs nothing of the sources.
    const release = build === undefined ? await this.current() : (this.read(build) ?? (await this.#ifCurrent(build)));
    const file = release?.architecture === architecture ? release.files[name] : undefined;
    return release && file ? { ...file, path: join(this.#folder, release.build, name) } : undefined;
  }

  /** Ends a build that is under way. */
  close(): void {
    this.#isClosed = true;
    this.#child?.kill('SIGTERM');
  }

  async #ifCurrent(build: string): Promise<AgentRelease | undefined> {
    const release = buildName.test(build) ? await this.current() : undefined;
    return release?.build === build ? release : undefined;
  }

  /** An earlier build that is still here. */
  read(build: string): AgentRelease | undefined {
    const path = join(this.#folder, build, 'release.json');
    if (!buildName.test(build) || !existsSync(path)) return undefined;
    return Release.parse(JSON.parse(readFileSync(path, 'utf8')));
  }

  async #make(): Promise<AgentRelease> {
    if (!existsSync(maker)) throw new SoftwareUnavailable('This manager does not hold the sources of the agent.');
    const child = spawn(process.execPath, [maker, this.#folder], {
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: buildMsMax,
    });
    this.#child = child;
    const ended = new Promise<string>((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('close', (code, signal) => resolve(String(code ?? signal)));
    });
    const [said, complaints, end] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
    this.#child = undefined;
    if (end === '0') return Release.parse(JSON.parse(said.trim().split('\n').at(-1)!));
    if (this.#isClosed) throw new SoftwareUnavailable('This manager is stopping.');
    this.#log.error({ end, complaints: complaints.slice(-2000) }, 'the packages of the agent could not be built');
    throw new SoftwareUnavailable(whyNot(complaints));
  }
}

function whyNot(complaints: string): string {
  if (/Cannot find (?:package|module) '?esbuild/.test(complaints))
    return 'This manager was installed without what builds the agent’s packages (esbuild). Install it with: npm ci';
  return 'The agent’s packages could not be built on this manager. Its log says why.';
}
