import { decodePath } from '../../../file-system/path-bytes.ts';

/** What fanotify(7) calls these. */
export const mask = {
  modify: 0x2,
  attrib: 0x4,
  closeWrite: 0x8,
  movedFrom: 0x40,
  movedTo: 0x80,
  create: 0x100,
  delete: 0x200,
  overflow: 0x4000,
  onChild: 0x0800_0000,
  rename: 0x1000_0000,
  onFolder: 0x4000_0000,
} as const;

/** A name in a folder. `folder` is a `struct file_handle` inside the buffer that was read, `key` the same with its file system as text. */
export type Place = { readonly fsid: string; readonly folder: Buffer; readonly key: string; readonly name: string };

export type FanotifyEvent = {
  readonly mask: number;
  /** 0 for a process that our process-id namespace does not show. */
  readonly pid: number;
  /** The folder and name; of a rename the new one. Absent for an overflow. */
  readonly place?: Place;
  /** Of a rename: the folder and name before. */
  readonly from?: Place;
};

const metadataBytes = 24;
const kinds = { folderAndName: 2, folder: 3, oldName: 10, newName: 12 } as const;

/**
 * The events of one read(2) from a fanotify group with FAN_REPORT_DFID_NAME (`struct fanotify_event_metadata` and its information records).
 * What a later kernel adds is passed over.
 */
export function* parseEvents(bytes: Buffer): Generator<FanotifyEvent> {
  for (let at = 0; at + metadataBytes <= bytes.length; ) {
    const length = bytes.readUInt32LE(at);
    if (length < metadataBytes || at + length > bytes.length) return;
    yield readEvent(bytes.subarray(at, at + length));
    at += length;
  }
}

function readEvent(bytes: Buffer): FanotifyEvent {
  let place: Place | undefined;
  let from: Place | undefined;
  for (let at = bytes.readUInt16LE(6); at + 4 <= bytes.length; ) {
    const kind = bytes[at]!;
    const length = bytes.readUInt16LE(at + 2);
    if (length < 4 || at + length > bytes.length) break;
    if (kind === kinds.oldName) from = readPlace(bytes.subarray(at, at + length));
    else if (kind === kinds.folderAndName || kind === kinds.folder || kind === kinds.newName)
      place = readPlace(bytes.subarray(at, at + length));
    at += length;
  }
  // The upper half of the mask is not in use, and the sign bit neither.
  return {
    mask: bytes.readUInt32LE(8),
    pid: bytes.readInt32LE(20),
    ...(place && { place }),
    ...(from && { from }),
  };
}

function readPlace(record: Buffer): Place | undefined {
  if (record.length < 20) return undefined;
  const end = 20 + record.readUInt32LE(12);
  if (end > record.length) return undefined;
  const nameEnd = record.indexOf(0, end);
  const name = nameEnd > end ? decodePath(record.subarray(end, nameEnd)) : '';
  return {
    fsid: record.toString('hex', 4, 12),
    folder: record.subarray(12, end),
    key: record.toString('latin1', 4, end),
    // The event is of the folder itself.
    name: name === '.' ? '' : name,
  };
}
