import { decodeHeader } from './escapes.ts';
import { type NeutralEvent, wholeOf } from './event.ts';
import { splitExtension } from './extension.ts';
import { fillFromPairs } from './fields.ts';
import { moduleOf } from './modules.ts';

const partsMax = 16;
const severityWords = new Set(['unknown', 'low', 'medium', 'high', 'very-high', 'very high']);

/** `true` of a vendor whose records these are; each product of it is let through, and told by its name. */
export const isTrend = (vendor: string): boolean => vendor === 'Trend Micro' || /^trend\s*micro/i.test(vendor.trim());

/**
 * A CEF record from behind `CEF:` on. A pipe in the rule's name that was not escaped moves the severity: it is looked for behind.
 * @returns nothing where another vendor's product is named
 */
export function parseCef(text: string, from: number): NeutralEvent | undefined {
  const pipes = findPipes(text, from);
  const part = (index: number): string | undefined =>
    pipes[index - 1] === undefined && index > 0
      ? undefined
      : decodeHeader(text.slice(index === 0 ? from : pipes[index - 1]! + 1, pipes[index] ?? text.length));
  const vendor = part(1);
  if (vendor === undefined || !isTrend(vendor)) return undefined;
  const event: NeutralEvent = { format: 'cef' };
  const [product, version, signatureId] = [part(2), part(3), part(4)];
  if (product) event.product = product;
  if (version) event.product_version = version;
  if (signatureId) event.signature_id = signatureId;
  const module = product === undefined || signatureId === undefined ? undefined : moduleOf(product, signatureId);
  if (module) event.module = module;
  const severityAt = findSeverity(text, pipes);
  const nameTo = severityAt === undefined ? pipes[5] : pipes[severityAt - 1];
  const name = pipes[4] === undefined ? undefined : decodeHeader(text.slice(pipes[4] + 1, nameTo ?? text.length));
  if (name) event.name = name;
  if (severityAt === undefined && pipes.length < 7) {
    event.truncated = true;
    return event;
  }
  const severity = severityAt === undefined ? undefined : wholeOf(part(severityAt)!);
  if (severity !== undefined) event.severity = severity;
  fillFromPairs(event, splitExtension(text, pipes[severityAt ?? 6]! + 1));
  return event;
}

/** The pipes that are not escaped. */
function findPipes(text: string, from: number): number[] {
  const pipes: number[] = [];
  for (let at = text.indexOf('|', from); at >= 0 && pipes.length < partsMax; at = text.indexOf('|', at + 1)) {
    let slashes = 0;
    while (text.charCodeAt(at - 1 - slashes) === 92 && slashes < at) slashes += 1;
    if (slashes % 2 === 0) pipes.push(at);
  }
  return pipes;
}

/** The seventh part, or the first behind it that is a severity. @returns the index of its closing pipe */
function findSeverity(text: string, pipes: readonly number[]): number | undefined {
  for (let index = 6; index < pipes.length; index += 1) {
    const part = text.slice(pipes[index - 1]! + 1, pipes[index]).trim();
    if (wholeOf(part) !== undefined ? part.length < 4 : severityWords.has(part.toLowerCase())) return index;
    if (part.includes('=')) return undefined;
  }
  return undefined;
}
