import { realpath } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import type { ResourceRequest } from '../../files/resources.ts';
import { findCwdFault } from '../../workspace/cwd.ts';
import type { AppContext } from '../context.ts';
import { invalid } from './errors.ts';

/** What a session is to be given, its directory as it is when links are followed. Throws V1Error unless it may work there. */
export async function resolveDirectories(
  requests: readonly ResourceRequest[],
  { config }: Pick<AppContext, 'config'>,
): Promise<ResourceRequest[]> {
  return Promise.all(
    requests.map(async (request, index) => {
      if (request.type !== 'local_directory') return request;
      const where = `resources.${index}.path`;
      if (!isAbsolute(request.path)) throw invalid(where, 'Input should be an absolute path');
      const fault = await findCwdFault(request.path, config);
      if (fault) throw invalid(where, `${request.path} ${fault}`);
      return { ...request, path: await realpath(request.path) };
    }),
  );
}

/** Undefined: the session works where the server's default says. */
export function directoryOf(requests: readonly ResourceRequest[]): string | undefined {
  return requests.flatMap((request) => (request.type === 'local_directory' ? [request.path] : []))[0];
}
