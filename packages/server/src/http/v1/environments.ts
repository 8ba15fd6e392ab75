import { z } from 'zod';
import { EnvironmentBuiltIn, EnvironmentNotFound } from '../../environments/errors.ts';
import { findEnvironment, isBuiltIn } from '../../environments/find-environment.ts';
import { updateEnvironment as changeStored } from '../../environments/update-environment.ts';
import { DEFAULT_CLOUD } from '../../domain/environment.ts';
import { createId } from '../../lib/ids.ts';
import { RequestRepeated } from '../../sessions/errors.ts';
import type { EnvironmentRecord } from '../../store/environments.ts';
import { DEFAULT_TENANT } from '../../store/records.ts';
import { changedConfigField, newConfigField, scopeField } from './environment-fields.ts';
import { metadata, metadataPatch, pageFields, pageOf, textOf, timestamp } from './fields.ts';
import { publicId } from './ids.ts';
import { onEnvironment } from './on-environment.ts';
import { Pages, readPage } from './pages.ts';
import { queryFlag } from './query.ts';
import { defineV1Route } from './route.ts';
import { formatTime } from '../format-time.ts';

const name = textOf(1, 256);
const description = textOf(0, 2048).nullish();
const params = z.object({ environment_id: z.string() });

const noPackages = z.array(z.string()).describe('Always empty.');

export const environment = z
  .object({
    id: z.string(),
    type: z.literal('environment'),
    name: z.string(),
    description: z.string().describe('Empty when there is none.'),
    config: z.object({
      type: z.literal('cloud'),
      networking: z.object({ type: z.literal('unrestricted') }),
      packages: z.object({
        type: z.literal('packages'),
        apt: noPackages,
        cargo: noPackages,
        gem: noPackages,
        go: noPackages,
        npm: noPackages,
        pip: noPackages,
      }),
    }),
    metadata: z.record(z.string(), z.string()),
    scope: z.literal('organization'),
    created_at: timestamp,
    updated_at: timestamp,
    archived_at: timestamp.nullable(),
  })
  .meta({ id: 'Environment' });
type EnvironmentObject = z.infer<typeof environment>;

const DIFFERS =
  '`self_hosted`, `limited` networking, packages and the scope `account` are refused. A `description` that is not there is empty, not null.';

export const createBody = z
  .strictObject({
    name: name.describe('Names may be equal.'),
    description,
    config: newConfigField.nullish().describe('Absent: cloud, with unrestricted networking.'),
    metadata: metadata({ code: 'invalid_metadata' }).optional(),
    scope: scopeField.nullish(),
  })
  .meta({ id: 'EnvironmentCreate' });

export const updateBody = z
  .strictObject({
    name: name.nullish(),
    description,
    config: changedConfigField.nullish(),
    metadata: metadataPatch({ code: 'invalid_metadata' }).optional(),
    scope: scopeField.nullish(),
  })
  .meta({ id: 'EnvironmentUpdate' });

export const createEnvironment = defineV1Route({
  name: 'createEnvironment',
  method: 'POST',
  path: '/v1/environments',
  summary: 'Create an environment',
  differs: DIFFERS,
  once: true,
  body: createBody,
  response: { description: 'The environment.', schema: environment },
  handle: async ({ body }, { context, remember }) => {
    const now = context.clock.now();
    const record: EnvironmentRecord = {
      id: createId(now),
      environment: {
        name: body.name,
        description: body.description ?? null,
        config: body.config ?? DEFAULT_CLOUD,
        metadata: body.metadata ?? {},
      },
      createdAt: now,
      updatedAt: now,
      archivedAt: null,
    };
    const answer = projectEnvironment(record);
    const result = await context.store.createEnvironment(DEFAULT_TENANT, {
      environment: record,
      idempotency: remember(answer),
    });
    if (!result.ok) throw new RequestRepeated();
    return answer;
  },
});

export const listEnvironments = defineV1Route({
  name: 'listEnvironments',
  method: 'GET',
  path: '/v1/environments',
  summary: 'List environments, newest first',
  query: z.strictObject({ ...pageFields, include_archived: queryFlag() }),
  response: { description: 'A page.', schema: pageOf(environment) },
  handle: async ({ query }, { context }) => {
    const includeArchived = query.include_archived;
    const { data, next_page } = await readPage(
      new Pages({ list: 'environments', tenant: DEFAULT_TENANT, includeArchived }, 'desc'),
      query,
      (position, limit) =>
        context.store.listEnvironments(DEFAULT_TENANT, { limit, includeArchived, before: position?.key }),
      ({ id }) => id,
    );
    return { data: data.map(projectEnvironment), next_page };
  },
});

export const retrieveEnvironment = defineV1Route({
  name: 'retrieveEnvironment',
  method: 'GET',
  path: '/v1/environments/{environment_id}',
  summary: 'An environment',
  params,
  response: { description: 'The environment.', schema: environment },
  handle: ({ params: { environment_id } }, { context }) =>
    onEnvironment(environment_id, async (id) =>
      projectEnvironment(await findEnvironment(context.store, DEFAULT_TENANT, id)),
    ),
});

export const updateEnvironment = defineV1Route({
  name: 'updateEnvironment',
  method: 'POST',
  path: '/v1/environments/{environment_id}',
  summary: 'Change an environment',
  differs: DIFFERS,
  params,
  body: updateBody,
  response: { description: 'The environment as it is now.', schema: environment },
  handle: ({ params: { environment_id }, body }, { context }) =>
    onEnvironment(environment_id, async (id) =>
      projectEnvironment(
        await changeStored(context, DEFAULT_TENANT, id, {
          name: body.name ?? undefined,
          description: body.description,
          config: body.config ?? undefined,
          metadata: body.metadata && emptyToNull(body.metadata),
        }),
      ),
    ),
});

export const archiveEnvironment = defineV1Route({
  name: 'archiveEnvironment',
  method: 'POST',
  path: '/v1/environments/{environment_id}/archive',
  summary: 'Archive an environment: no more changes, no new sessions; those that there are go on',
  params,
  response: { description: 'The environment. Archiving it again changes nothing.', schema: environment },
  handle: ({ params: { environment_id } }, { context }) =>
    onEnvironment(environment_id, async (id) => {
      if (isBuiltIn(DEFAULT_TENANT, id)) throw new EnvironmentBuiltIn();
      const record = await context.store.archiveEnvironment(DEFAULT_TENANT, { id, now: context.clock.now() });
      if (!record) throw new EnvironmentNotFound();
      return projectEnvironment(record);
    }),
});

export const deleteEnvironment = defineV1Route({
  name: 'deleteEnvironment',
  method: 'DELETE',
  path: '/v1/environments/{environment_id}',
  summary: 'Delete an environment; sessions in it go on',
  params,
  response: {
    description: 'It is gone.',
    schema: z
      .object({ id: z.string(), type: z.literal('environment_deleted') })
      .meta({ id: 'EnvironmentDeleted' }),
  },
  handle: ({ params: { environment_id } }, { context }) =>
    onEnvironment(environment_id, async (id) => {
      if (isBuiltIn(DEFAULT_TENANT, id)) throw new EnvironmentBuiltIn();
      if (!(await context.store.deleteEnvironment(DEFAULT_TENANT, id))) throw new EnvironmentNotFound();
      return { id: publicId('env', id), type: 'environment_deleted' };
    }),
});

/** An empty value removes its key too. */
function emptyToNull(patch: Record<string, string | null>): Record<string, string | null> {
  return Object.fromEntries(Object.entries(patch).map(([key, value]) => [key, value === '' ? null : value]));
}

function projectEnvironment({ id, environment: stored, ...record }: EnvironmentRecord): EnvironmentObject {
  return {
    id: publicId('env', id),
    type: 'environment',
    name: stored.name,
    // Null in newer SDKs, but the older ones declare a string.
    description: stored.description ?? '',
    config: stored.config,
    metadata: stored.metadata,
    scope: 'organization',
    created_at: formatTime(record.createdAt),
    updated_at: formatTime(record.updatedAt),
    archived_at: record.archivedAt === null ? null : formatTime(record.archivedAt),
  };
}
