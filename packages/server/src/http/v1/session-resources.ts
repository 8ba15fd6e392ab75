import { z } from 'zod';
import { DEFAULT_TENANT, type SessionRecord } from '../../store/records.ts';
import type { ResourceRecord } from '../../store/files.ts';
import type { Exchange } from '../route.ts';
import { invalid } from './errors.ts';
import { onResource, onResources } from './file-errors.ts';
import { found, requireId } from './ids.ts';
import { Pages, readPage } from './pages.ts';
import { pageLimit } from './query.ts';
import {
  authorizationToken,
  fileResource,
  fileResourceParam,
  MAX_RESOURCES,
  projectResource,
  sessionResource,
  toResourceRequest,
} from './resource-schemas.ts';
import { defineV1Route } from './route.ts';

const ofSession = z.object({ session_id: z.string() });
const ofResource = ofSession.extend({ resource_id: z.string() });

export const listResources = defineV1Route({
  name: 'listSessionResources',
  method: 'GET',
  path: '/v1/sessions/{session_id}/resources',
  summary: 'What a session was given, oldest first',
  params: ofSession,
  query: z.strictObject({ limit: pageLimit(1000, MAX_RESOURCES), page: z.string().optional() }),
  response: {
    description: 'A page of resources.',
    schema: z.object({ data: z.array(sessionResource), next_page: z.string().nullable() }),
  },
  async handle({ params: { session_id }, query }, { context }) {
    const { id } = await requireSession(context, session_id);
    const pages = new Pages({ list: 'resources', tenant: DEFAULT_TENANT, session: id }, 'asc');
    const all = await context.files.resources(DEFAULT_TENANT, id);
    const { data, next_page } = await readPage<ResourceRecord>(
      pages,
      { page: query.page, limit: query.limit },
      async (position, limit) =>
        all.filter((resource) => position === undefined || resource.id > position.key).slice(0, limit),
      ({ id: key }) => key,
    );
    return { data: data.map(projectResource), next_page };
  },
});

export const addResource = defineV1Route({
  name: 'addSessionResource',
  method: 'POST',
  path: '/v1/sessions/{session_id}/resources',
  summary: 'Give a session a file',
  differs: 'Needs bubblewrap.',
  once: true,
  params: ofSession,
  body: fileResourceParam,
  response: { description: 'The resource; its file is a copy of the session’s own.', schema: fileResource },
  async handle({ params: { session_id }, body }, { context, remember }) {
    const session = await requireSession(context, session_id);
    assertOpen(session);
    if (session.agent === null)
      throw invalid('', 'Sessions that were started with /execute/ are not given anything');
    const known = await context.files.resources(DEFAULT_TENANT, session.id);
    if (known.length >= MAX_RESOURCES) throw invalid('', `A session has at most ${MAX_RESOURCES} resources`);
    return onResource({ sessionId: session_id, resourceId: '' }, () =>
      onResources(
        () => '',
        async () =>
          projectResource(
            await context.files.addResource(DEFAULT_TENANT, session.id, {
              resource: toResourceRequest(body),
              idempotency: (made) => remember(projectResource(made)),
            }),
          ),
      ),
    );
  },
});

export const retrieveResource = defineV1Route({
  name: 'retrieveSessionResource',
  method: 'GET',
  path: '/v1/sessions/{session_id}/resources/{resource_id}',
  summary: 'One thing that a session was given',
  params: ofResource,
  response: { description: 'The resource.', schema: sessionResource },
  async handle({ params: { session_id, resource_id } }, { context }) {
    const session = await requireSession(context, session_id);
    return projectResource(await requireResource(context, session.id, resource_id));
  },
});

export const updateResource = defineV1Route({
  name: 'updateSessionResource',
  method: 'POST',
  path: '/v1/sessions/{session_id}/resources/{resource_id}',
  summary: 'Change the token of a repository',
  params: ofResource,
  body: z.strictObject({ authorization_token: authorizationToken }),
  response: { description: 'The resource.', schema: sessionResource },
  async handle({ params: { session_id, resource_id }, body }, { context }) {
    const session = await requireSession(context, session_id);
    assertOpen(session);
    const resourceId = requireId('sesrsc', resource_id);
    return onResource({ sessionId: session_id, resourceId: resource_id }, async () =>
      projectResource(
        await context.files.changeSecret(DEFAULT_TENANT, session.id, resourceId, body.authorization_token),
      ),
    );
  },
});

export const deleteResource = defineV1Route({
  name: 'deleteSessionResource',
  method: 'DELETE',
  path: '/v1/sessions/{session_id}/resources/{resource_id}',
  summary: 'Take something from a session',
  params: ofResource,
  response: {
    description: 'It is gone.',
    schema: z.object({ id: z.string(), type: z.literal('session_resource_deleted') }),
  },
  async handle({ params: { session_id, resource_id } }, { context }) {
    const session = await requireSession(context, session_id);
    assertOpen(session);
    const resourceId = requireId('sesrsc', resource_id);
    await onResource({ sessionId: session_id, resourceId: resource_id }, () =>
      context.files.removeResource(DEFAULT_TENANT, session.id, resourceId),
    );
    return { id: resource_id, type: 'session_resource_deleted' };
  },
});

type Context = Exchange['context'];

async function requireSession({ sessions }: Context, text: string): Promise<SessionRecord> {
  const view = await sessions.find(DEFAULT_TENANT, requireId('sesn', text));
  return found('sesn', text, view).session;
}

async function requireResource({ files }: Context, sessionId: string, text: string): Promise<ResourceRecord> {
  const id = requireId('sesrsc', text);
  const resources = await files.resources(DEFAULT_TENANT, sessionId);
  return found(
    'sesrsc',
    text,
    resources.find((resource) => resource.id === id),
  );
}

function assertOpen({ archivedAt }: SessionRecord): void {
  if (archivedAt !== null) throw invalid('', 'Cannot modify archived session');
}
