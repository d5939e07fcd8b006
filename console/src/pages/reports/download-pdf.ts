import { download } from '../../parts/download.ts';

/** Hands a base64 document to the browser's download. */
export function downloadPdf(base64: string, name: string): void {
  download(
    Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)),
    'application/pdf',
    name,
  );
}
