import { isAbsolute } from 'node:path';
import { z } from 'zod';
import { completeDirectory } from '../../workspace/complete.ts';
import { ApiError } from '../errors.ts';
import { optionalText } from '../fields.ts';
import { defineRoute } from '../route.ts';
import { errorBody, validationErrorBody } from './schemas.ts';

export const listDirectories = defineRoute({
  name: 'directories',
  method: 'GET',
  path: '/directories',
  summary: 'Directories in which sessions may work, to complete a `cwd` while it is typed',
  query: z.object({
    path: optionalText()
      .refine((path) => path === undefined || isAbsolute(path), 'Input should be an absolute path')
      .describe(
        'What is typed so far: `/srv/app` asks what in `/srv` begins with `app`, `/srv/app/` what is in it. ' +
          'Absent: the allowed roots. Hidden ones come when the last part begins with a dot.',
      ),
  }),
  responses: {
    200: {
      description: 'At most 100, by name; outside of the allowed roots nothing is ever found.',
      schema: z
        .object({
          entries: z.array(z.object({ name: z.string(), path: z.string() })),
          truncated: z.boolean().describe('There are more.'),
        })
        .meta({ id: 'Directories' }),
    },
    400: { description: 'This server has no allowed root.', schema: errorBody },
    422: { description: 'The path is not absolute.', schema: validationErrorBody },
  },
  handle: async ({ query }, { context: { config } }) => {
    const completion = await completeDirectory(query.path ?? '', config);
    if (!completion) throw new ApiError('no_allowed_root');
    return completion;
  },
});
