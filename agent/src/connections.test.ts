import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { listConnections } from './connections.ts';

const row = (remote: string, state = '01') =>
  `   0: 0100007F:1F90 ${remote}:C350 ${state} 00000000:00000000 00:00000000 0 0 1`;

test('S73, in part: open connections are counted by peer, those within the host and those that only wait are left out', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sakimori-connections-'));
  try {
    const tcp = ['head', row('050200C0'), row('050200C0'), row('0100007F'), row('00000000', '0A'), row('077100CB')];
    writeFileSync(join(folder, 'tcp'), tcp.join('\n'));
    writeFileSync(join(folder, 'tcp6'), ['head', row('0000000000000000FFFF0000050200C0'), 'broken'].join('\n'));
    assert.equal(await listConnections(folder), '4 open connections: 192.0.2.5 ×3, 203.0.113.7 ×1');
    const many = Array.from({ length: 200 }, (_, place) =>
      row(`${place.toString(16).toUpperCase().padStart(2, '0')}0200C0`),
    );
    writeFileSync(join(folder, 'tcp'), many.join('\n'));
    const text = await listConnections(folder);
    assert.ok(text.length <= 480 && text.startsWith('201 open connections: 192.0.2.5 ×2, '));
    assert.match(text, /×1$/);
    assert.equal(await listConnections(join(folder, 'nothing')), '0 open connections');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
