import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32, deflateSync } from 'node:zlib';
import { logoBytesMax } from '@sakimori/contract';
import { LogoFault, safeLogo } from './logo.ts';

const chunk = (type: string, data: Buffer): Buffer => {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
};
const head = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
/** A picture of one colour. */
export function png(width = 2, height = 2, more: Buffer[] = []): Buffer {
  const size = Buffer.alloc(13);
  size.writeUInt32BE(width, 0);
  size.writeUInt32BE(height, 4);
  size.set([8, 2, 0, 0, 0], 8);
  const rows = Buffer.alloc(height * (1 + width * 3), 0x80);
  for (let row = 0; row < height; row++) rows[row * (1 + width * 3)] = 0;
  return Buffer.concat([
    ...[head, chunk('IHDR', size), ...more, chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))],
  ]);
}
const svg = (inner: string, attributes = '') =>
  Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"${attributes}>${inner}</svg>`);
const faultOf = (content: Buffer): string => {
  try {
    safeLogo(content);
    return 'none';
  } catch (error) {
    assert.ok(error instanceof LogoFault, String(error));
    return error.fault;
  }
};

test('a PNG keeps what draws it and loses what tells of its maker; an end is an end', () => {
  const told = png(2, 2, [chunk('tEXt', Buffer.from('Author\0somebody')), chunk('eXIf', Buffer.from('place'))]);
  const { type, content } = safeLogo(Buffer.concat([told, Buffer.from('<script>alert(1)</script>')]));
  assert.equal(type, 'image/png');
  assert.deepEqual(content, png());
});

test('a PNG that is damaged, cut off, huge or only says that it is one is refused', () => {
  const broken = png();
  broken[40]! ^= 0xff;
  assert.equal(faultOf(broken), 'damaged');
  assert.equal(faultOf(png().subarray(0, 40)), 'damaged');
  assert.equal(faultOf(head), 'damaged');
  assert.equal(faultOf(png(2001, 1)), 'pixels');
  assert.equal(faultOf(Buffer.concat([head, Buffer.alloc(40, 0xff)])), 'damaged');
  assert.equal(faultOf(Buffer.alloc(logoBytesMax + 1)), 'size');
  assert.equal(faultOf(Buffer.from('GIF89a')), 'format');
  assert.equal(faultOf(Buffer.from([0xff, 0xfe, 0x3c, 0x00])), 'format');
});

test('an SVG that draws is taken, without its comments', () => {
  const drawing = svg(
    '<!-- made by X --><defs><linearGradient id="g"><stop offset="0" stop-color="#fff"/></linearGradient></defs><path d="M0 0h10v10z" fill="url(#g)"/><title>防人</title>',
  );
  const { type, content } = safeLogo(drawing);
  assert.equal(type, 'image/svg+xml');
  assert.ok(content.toString().includes('<path d="M0 0h10v10z" fill="url(#g)"/>') && !content.includes('made by'));
  assert.equal(
    faultOf(Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>\n${svg('<g><circle r="1"/></g>')}\n`)),
    'none',
  );
});

test('an SVG that runs, links, loads or hides something is refused with the place', () => {
  const cases: [Buffer, string][] = [
    [svg('<script>alert(1)</script>'), 'element'],
    [svg('<foreignObject><div/></foreignObject>'), 'element'],
    [svg('<image href="https://evil.example/x.png"/>'), 'element'],
    [svg('<use href="https://evil.example/x.svg#a"/>'), 'element'],
    [svg('<a href="https://evil.example"><path d="M0 0"/></a>'), 'element'],
    [svg('<style>@import url(https://evil.example)</style>'), 'element'],
    [svg('<animate attributeName="href"/>'), 'element'],
    [svg('<path d="M0 0" onload="alert(1)"/>'), 'attribute'],
    [svg('<path d="M0 0" style="fill:url(https://evil.example)"/>'), 'attribute'],
    [svg('', ' onload="alert(1)"'), 'attribute'],
    [svg('<path fill="url(https://evil.example/#a)"/>'), 'outside'],
    [svg('<path fill="URL( //evil.example )"/>'), 'outside'],
    [svg('<path fill="&#117;rl(x)"/>'), 'attribute'],
    [svg('<title>&xxe;</title>'), 'element'],
    [Buffer.from('<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg/>'), 'element'],
    [svg('<![CDATA[<script/>]]>'), 'element'],
    [svg('<g>'), 'damaged'],
    [svg('</svg><svg xmlns="http://www.w3.org/2000/svg">'), 'damaged'],
    [Buffer.from('<svg viewBox="0 0 1 1"/>'), 'format'],
    [Buffer.from('<html></html>'), 'element'],
    [svg('<g>'.repeat(60) + '</g>'.repeat(60)), 'size'],
    [svg('<g/>'.repeat(21_000)), 'size'],
  ];
  for (const [content, fault] of cases) assert.equal(faultOf(content), fault, content.toString().slice(0, 120));
});
