import {
  EnvironmentArchived,
  EnvironmentBuiltIn,
  EnvironmentNotFound,
  InvalidMetadata,
} from '../../environments/errors.ts';
import { invalid } from './errors.ts';
import { requireId, unknownId } from './ids.ts';

/** Does something with the environment that the client wrote as `id`, and puts what can go wrong into the client's words. */
export async function onEnvironment<T>(id: string, work: (environmentId: string) => Promise<T>): Promise<T> {
  try {
    return await work(requireId('env', id));
  } catch (error) {
    if (error instanceof EnvironmentNotFound) throw unknownId('env', id);
    if (error instanceof EnvironmentArchived) {
      throw invalid('', `Environment ${id} is archived.`, { code: 'environment_archived' });
    }
    if (error instanceof InvalidMetadata) {
      throw invalid('metadata', error.message, { code: 'invalid_metadata' });
    }
    if (error instanceof EnvironmentBuiltIn) {
      throw invalid(
        '',
        'This environment is built in: it stands behind the sessions that POST /execute/ starts, and cannot be changed.',
      );
    }
    throw error;
  }
}
