import { phrase, type webFeedProblems } from '@sakimori/contract';

export type FeedProblemCode = (typeof webFeedProblems)[number];

/** Why a feed could not be fetched or read: a word below `web.problem.` with one detail. Holds neither the address nor what the server said. */
export class FeedProblem extends Error {
  readonly code: FeedProblemCode;
  readonly detail: string;

  constructor(code: FeedProblemCode, detail: string | number = '') {
    super(phrase('en', `web.problem.${code}`, { detail }));
    this.name = 'FeedProblem';
    this.code = code;
    this.detail = String(detail);
  }
}
