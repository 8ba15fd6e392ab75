import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { SessionErrorEvent } from '../domain/managed-events.ts';
import type { RepositoryResource } from '../domain/session-resource.ts';
import { removeTree } from '../lib/files.ts';
import type { Log } from '../log.ts';
import type { ResourceRecord } from '../store/files.ts';
import { cloneRepository, type CloneContext } from './clone.ts';
import { GitMissing } from './git.ts';
import type { GiveRequest, Placement } from './give.ts';
import { assertAvailable } from './remote.ts';
import { RepositoryError } from './repository-error.ts';

export interface RepositoriesContext extends CloneContext {
  log: Log;
}

type Repository = ResourceRecord & { body: RepositoryResource };

export function isRepository(resource: ResourceRecord): resource is Repository {
  return resource.body.type === 'github_repository';
}

/** Clones what is not cloned yet; resolves with what is to be shown. */
export async function giveRepositories(
  context: RepositoriesContext,
  { directories, tell, signal }: Pick<GiveRequest, 'directories' | 'tell' | 'signal'>,
  repositories: readonly Repository[],
): Promise<Placement[]> {
  const cloned = await findCloned(directories.repositories, repositories);
  const placements: Placement[] = [];
  for (const repository of repositories) {
    const { body } = repository;
    const clone = join(directories.repositories, nameOf(repository));
    if (!cloned.has(nameOf(repository))) {
      if (!tell) continue;
      const error = await tryToClone(context, repository, clone, signal);
      if (error) {
        tell(toEvent(body, error));
        continue;
      }
    }
    placements.push({
      mount: { source: clone, path: body.mountPath, isWritable: true },
      whenTaken: toEvent(body, new RepositoryError('checkout', `something else is at ${body.mountPath}`)),
    });
  }
  return placements;
}

/** The same in a fork of the session, which has a copy of the clone. */
function nameOf({ body: { url, mountPath } }: Repository): string {
  return createHash('sha256').update(`${url}\n${mountPath}`).digest('hex').slice(0, 32);
}

/** The names of those that are there. What is none of them, and what a crash left of a clone, goes. */
async function findCloned(directory: string, repositories: readonly Repository[]): Promise<Set<string>> {
  const known = new Set(repositories.map(nameOf));
  const names = await readdir(directory);
  for (const name of names) if (!known.has(name)) await removeTree(join(directory, name));
  return new Set(names.filter((name) => known.has(name)));
}

/** Resolves with why it could not be cloned. */
async function tryToClone(
  context: RepositoriesContext,
  { sessionId, body: { url, checkout }, secret: token }: Repository,
  target: string,
  signal: AbortSignal,
): Promise<RepositoryError | undefined> {
  try {
    await assertAvailable(url, token, signal);
    await cloneRepository(context, { url, token, checkout, target, signal });
    return undefined;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof RepositoryError) return error;
    if (error instanceof GitMissing)
      return new RepositoryError('clone', 'git is not installed on the server');
    context.log.error({ err: error, sessionId }, 'A repository could not be cloned.');
    return new RepositoryError('clone', 'it could not be put on the disk of the server');
  }
}

function toEvent({ url }: RepositoryResource, { reason, message }: RepositoryError): SessionErrorEvent {
  return {
    type: 'session.error',
    error: {
      type: `repository_${reason}_error`,
      message: `The repository ${url} is not there: ${message}. The session goes on without it; its next run tries again.`,
      repository_url: url,
    },
    retry: 'retrying',
  };
}
