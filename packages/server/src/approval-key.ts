import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const FILE = 'approval-key';

/**
 * The key for approvals of a server without API keys: made at the first start, in a file of the data directory that
 * only its owner can read. Agents on the machine reach a keyless server, but must not answer for a person.
 */
export async function readApprovalKey(dataDir: string): Promise<string> {
  const path = join(dataDir, FILE);
  try {
    const key = (await readFile(path, 'utf8')).trim();
    if (key !== '') return key;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
  const key = randomBytes(24).toString('base64url');
  await writeFile(path, `${key}\n`, { mode: 0o600 });
  return key;
}
