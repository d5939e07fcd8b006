import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { routes } from '@sakimori/contract';
import { documentBytesMax } from '@sakimori/contract/intake/index';
import { cefFixtures } from '@sakimori/contract/intake/test-lines';
import { startTestDoor, type TestDoor } from '../../../test/agents-door.ts';
import { actorOf } from '../../../test/service.ts';
import { Editions } from '../editions/index.ts';
import { IntakeFolder } from './folder.ts';
import { type SourcesRoom, sourcesRoom } from './index.ts';

let door: TestDoor;
let room: SourcesRoom;
let folder: string;
let yamato: string;
let musashi: string;

before(async () => {
  door = await startTestDoor({
    rooms: (platform) => {
      room = sourcesRoom({ platform, editions: Editions.read(platform.config) });
      return [room];
    },
  });
  folder = mkdtempSync(join(tmpdir(), 'sakimori-intake-'));
  yamato = await door.makeAccount('Yamato');
  musashi = await door.makeAccount('Musashi');
  for (const [accountId, value] of [
    [yamato, 'yamato'],
    [musashi, 'musashi'],
  ] as const)
    await operator(routes.addSource, { params: { accountId }, body: { name: value, kind: 'folder', value } });
});
after(async () => {
  rmSync(folder, { recursive: true, force: true });
  await room.receivers.close();
  await door.stop();
});

const operator: ReturnType<TestDoor['service']['as']> = (route, given) =>
  door.service.as(actorOf('operator'))(route, given);
const newFolder = () => new IntakeFolder(door.platform, room.intake, folder);
/** A file is taken at the second look that finds it as it was. */
async function readTwice(reader = newFolder()): Promise<number> {
  const first = await reader.read();
  return first + (await reader.read());
}
const lay = (source: string, name: string, text: string) => {
  mkdirSync(join(folder, source), { recursive: true });
  writeFileSync(join(folder, source, name), text);
};
const below = (...path: string[]) => readdirSync(join(folder, ...path)).sort();
const countsOf = async (name: string) =>
  (await operator(routes.listSources, { query: {} })).items.find((source) => source.name === name)!.counts;
const detectionsOf = async (accountId: string) =>
  (await operator(routes.listDetections, { query: { accountId, limit: 500 } })).items;

const malware = cefFixtures.find(({ raw }) => raw.includes('Eicar'))!.raw;
const document = (id: string) =>
  JSON.stringify([
    {
      ...{
        EventType: 'PacketLog',
        EventID: id,
        UniqueID: id,
        TenantID: 0,
        TenantName: 'Primary',
        HostID: 5,
        Hostname: 'web-1',
      },
      ...{
        LogDate: '2026-11-20T00:00:00.000Z',
        Reason: 'Out Of Allowed Policy',
        ActionString: 'Deny',
        SourceIP: '198.51.100.7',
      },
    },
  ]);

test('documents and lines that were laid into the folder of a source become detections of its account, and move to taken', async () => {
  lay('yamato', 'a.json', document('900001'));
  lay('yamato', 'b.log', `${malware}\n`);
  const reader = newFolder();
  assert.equal(await reader.read(), 0, 'what was just found may grow still');
  writeFileSync(join(folder, 'yamato/b.log'), `${malware}\n${malware.replace(/dvchost=\S+/, 'dvchost=other-1')}\n`);
  assert.equal(await reader.read(), 1, 'the one that grew is left');
  assert.equal(await reader.read(), 1);
  assert.deepEqual([below('yamato', 'taken'), below('yamato', 'refused')], [['a.json', 'b.log'], []]);
  const found = await detectionsOf(yamato);
  assert.deepEqual(found.map(({ module }) => module).sort(), ['antimalware', 'antimalware', 'firewall']);
  assert.deepEqual(await detectionsOf(musashi), [], 'the other account has nothing of it');
});

test('the same file again, also after a restart between commit and move, counts once', async () => {
  lay('yamato', 'again.json', document('900001'));
  assert.equal(await readTwice(), 1);
  assert.equal((await detectionsOf(yamato)).length, 3);
  assert.equal((await countsOf('yamato')).duplicate, 1);
});

test('what is no event, too large, or binary goes to refused; a link, a hidden file and what cannot be moved hold up nobody', async () => {
  lay('musashi', 'notes.txt', 'these are notes\n');
  lay('musashi', 'binary.dat', Buffer.from([0, 255, 254, 1, 2]).toString('latin1'));
  lay('musashi', 'large.json', ' '.repeat(documentBytesMax + 1));
  lay('musashi', '.part', document('900002'));
  symlinkSync('/etc/passwd', join(folder, 'musashi/passwd'));
  mkdirSync(join(folder, 'musashi/taken/stuck.json/x'), { recursive: true });
  lay('musashi', 'stuck.json', document('900003'));
  lay('musashi', 'zz-good.json', document('900004'));
  assert.equal(await readTwice(), 4);
  assert.deepEqual(below('musashi', 'refused'), ['binary.dat', 'large.json', 'notes.txt']);
  assert.ok(below('musashi').includes('.part') && below('musashi').includes('passwd'));
  assert.deepEqual(
    (await detectionsOf(musashi)).length,
    2,
    'the good ones are stored, also the one that could not be moved',
  );
});

test('a folder of nobody is not read', async () => {
  lay('stranger', 'a.json', document('900009'));
  assert.equal(await readTwice(), 0);
  assert.deepEqual(below('stranger'), ['a.json']);
});
