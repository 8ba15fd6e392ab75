import { SECOND } from '../lib/duration.ts';
import { toAuthorization } from './clone.ts';
import { RepositoryError } from './repository-error.ts';

const ANSWERS_WITHIN_MS = 30 * SECOND;

/**
 * Asks the server of a repository whether we may have it, as git itself would begin: git tells people why not, and programs
 * only that it is so. Throws RepositoryError, and what `signal` was aborted with.
 */
export async function assertAvailable(url: string, token: string | null, signal: AbortSignal): Promise<void> {
  const status = await ask(url, token, signal);
  switch (status) {
    case 200:
      return;
    case 401:
      throw new RepositoryError(
        'authentication',
        token === null ? 'it wants a token' : 'its token was not accepted',
      );
    case 403:
      throw new RepositoryError('forbidden', 'its token does not allow it');
    case 404:
    case 410:
      throw new RepositoryError('not_found', 'there is none, or its token does not allow to see it');
    default:
      throw new RepositoryError('clone', `its server answered with status ${status}`);
  }
}

async function ask(url: string, token: string | null, signal: AbortSignal): Promise<number> {
  const late = AbortSignal.timeout(ANSWERS_WITHIN_MS);
  try {
    const response = await fetch(`${url.replace(/\/+$/, '')}/info/refs?service=git-upload-pack`, {
      headers: {
        'user-agent': 'git/2 (bullpen)',
        'git-protocol': 'version=2',
        ...(token !== null && { authorization: toAuthorization(token) }),
      },
      signal: AbortSignal.any([signal, late]),
    });
    await response.body?.cancel();
    return response.status;
  } catch {
    signal.throwIfAborted();
    throw new RepositoryError(
      'clone',
      late.aborted ? 'its server does not answer' : 'its server cannot be reached',
    );
  }
}
