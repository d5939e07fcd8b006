import { download } from '../../parts/download.ts';

/** Hands a file that came as Base64 to the browser. */
export function saveFile({ name, type, content }: { name: string; type: string; content: string }): void {
  download(
    Uint8Array.from(atob(content), (character) => character.charCodeAt(0)),
    type,
    name,
  );
}
