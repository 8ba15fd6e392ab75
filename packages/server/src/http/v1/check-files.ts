import type { ContentBlock } from '../../domain/content.ts';
import { InvalidContent } from '../../files/content.ts';
import { DEFAULT_TENANT } from '../../store/records.ts';
import type { Exchange } from '../route.ts';
import { invalid, V1Error } from './errors.ts';
import type { ClientEvent } from './event-schemas.ts';

/** Whether the files that events show are there, and can be shown. `path`: of the events in the request. Throws V1Error. */
export async function checkFiles(
  { context: { files } }: Pick<Exchange, 'context'>,
  events: readonly ClientEvent[],
  path: string,
): Promise<void> {
  for (const [index, event] of events.entries()) {
    try {
      await files.checkContent(DEFAULT_TENANT, contentOf(event));
    } catch (error) {
      if (error instanceof InvalidContent) throw toV1(error, `${path}.${index}`);
      throw error;
    }
  }
}

function contentOf(event: ClientEvent): readonly ContentBlock[] {
  return event.type === 'user.message' || event.type === 'user.custom_tool_result' ? event.content : [];
}

function toV1({ index, reason, message }: InvalidContent, path: string): V1Error {
  if (reason === 'not_found') return new V1Error('not_found_error', message);
  const where = `${path}.content.${index}.source.file_id`;
  return invalid(where, message, reason === 'expired' ? { code: 'file_expired' } : {});
}
