/** The three pattern languages of rules and decoders. All of them are bounded in time by the length of pattern and text. */
export { compileOsMatch } from './os-match.ts';
export { compileOsRegex } from './os-regex.ts';
export { type Match, type Pattern, PatternFault } from './pattern.ts';
export { compilePcre2 } from './pcre2.ts';
export { Subject } from './subject.ts';
