import { expect, it } from 'vitest';
import { z } from 'zod';
import { defineV1Route } from '#src/http/v1/route.ts';
import { describeCompatibility } from './compatibility.ts';

const list = z.strictObject({ include_archived: z.string(), limit: z.string(), page: z.string() });
const create = z.strictObject({ name: z.string(), config: z.string(), description: z.string() });
const response = { description: 'An environment.' };
const handle = () => ({});

const routes = [
  defineV1Route({
    name: 'a',
    method: 'GET',
    path: '/v1/environments',
    summary: '',
    query: list,
    response,
    handle,
  }),
  defineV1Route({
    name: 'b',
    method: 'POST',
    path: '/v1/environments',
    summary: '',
    body: create,
    response,
    handle,
  }),
  defineV1Route({
    name: 'c',
    method: 'GET',
    path: '/v1/sessions/{id}/events/stream',
    summary: '',
    differs: 'Frames have ids.',
    query: z.strictObject({ event_deltas: z.array(z.string()) }),
    response,
    handle,
  }),
  defineV1Route({
    name: 'd',
    method: 'GET',
    path: '/v1/sessions/{id}/stream',
    summary: 'As above.',
    response,
    handle,
  }),
];

it('tells what is the same, what differs, what is missing and what is ours', () => {
  const page = describeCompatibility(routes);
  expect(page).toContain('methods 2 are the same, 2 differ in what the table says');
  for (const row of [
    '| `beta.environments.list` | GET `/v1/environments` | same |',
    '| `beta.environments.create` | POST `/v1/environments` | Without `metadata`, `scope`. |',
    '| `beta.environments.delete` | DELETE `/v1/environments/{environment_id}` | not there |',
    '| `beta.sessions.events.stream` | GET `/v1/sessions/{session_id}/events/stream` | Frames have ids. |',
    '| `beta.sessions.events.toolRunner` | helper | same |',
    '| `beta.webhooks.unwrap` | helper | not there |',
    '| GET `/v1/sessions/{id}/stream` | As above. |',
  ]) {
    expect(page).toContain(`\n${row}\n`);
  }
});
