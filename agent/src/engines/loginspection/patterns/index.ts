/** The three pattern languages of rules and decoders. All of them are bounded in time for every pattern and text. */
export { compileOsMatch } from './os-match.ts';
export { compileOsRegex } from './os-regex.ts';
export { type Captures, type Match, type Needs, type Pattern, PatternFault } from './pattern.ts';
export { compilePcre2 } from './pcre2.ts';
export { searchesGivenUp } from './run.ts';
export { Subject } from './subject.ts';
