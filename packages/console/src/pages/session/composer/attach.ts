import { giveFile } from '../../../api/sessions.ts';
import { toProblem } from '../../../lib/problem.ts';
import { isShortText, toBlock, wayOf, type Attachment } from './attachments.ts';

/** Makes a file what can go with a message. `takesFiles`: the session can be given files for its disk. */
export async function attach(
  attachment: Attachment,
  file: File,
  { sessionId, takesFiles, signal }: { sessionId: string; takesFiles: boolean; signal: AbortSignal },
): Promise<Attachment> {
  const way = wayOf(file);
  try {
    if (way !== 'disk') return { ...attachment, state: 'ready', block: await toBlock(file, way) };
    if (takesFiles) {
      try {
        return { ...attachment, state: 'ready', path: await giveFile(sessionId, file, signal) };
      } catch (error) {
        // Where agents are not held in a sandbox they are given no files: then the model sees the text.
        if (toProblem(error).status !== 400 || !isShortText(file)) throw error;
      }
    }
    if (isShortText(file)) return { ...attachment, state: 'ready', block: await toBlock(file, 'text') };
    return { ...attachment, state: 'failed', fault: '' };
  } catch (error) {
    return { ...attachment, state: 'failed', fault: toProblem(error).message };
  }
}
