import { z } from 'zod';
import type { ResourceRequest } from '../../files/resources.ts';
import type { ResourceRecord } from '../../store/files.ts';
import { publicId, requireId } from './ids.ts';
import { formatTime } from '../format-time.ts';

/** What a session may be given, files and repositories together. */
export const MAX_RESOURCES = 500;

export const fileResourceParam = z.strictObject({
  type: z.literal('file'),
  file_id: z.string(),
  mount_path: z.string().nullish(),
});

/** Of a repository. It is an HTTP header's, so it is plain. */
export const authorizationToken = z
  .string()
  .min(1)
  .max(4096)
  .regex(/^[\x21-\x7e]*$/, 'Input should be printable ASCII without spaces');

const checkout = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('branch'),
    name: z.string().min(1).max(255).refine(isBranchName, 'Input should be the name of a branch'),
  }),
  z.strictObject({
    type: z.literal('commit'),
    sha: z.string().regex(/^(?:[\da-f]{40}|[\da-f]{64})$/i, 'Input should be a full commit SHA'),
  }),
]);

const repositoryResourceParam = z.strictObject({
  type: z.literal('github_repository'),
  url: z
    .string()
    .max(2048)
    .refine(
      isRepositoryUrl,
      'Input should be the https URL of a repository, without a user, a query or a fragment',
    ),
  authorization_token: authorizationToken.optional(),
  checkout: checkout.nullish(),
  mount_path: z.string().nullish(),
});

const directoryResourceParam = z
  .strictObject({
    type: z.literal('local_directory'),
    path: z.string().describe("An absolute path on the server's machine, inside an allowed root."),
  })
  .describe('An extension: the session works there, and not in a directory of its own.');

/** Known, and not there yet. */
const memoryStoreParam = z.looseObject({ type: z.literal('memory_store') }).transform((_, context) => {
  context.addIssue({
    code: 'custom',
    path: ['type'],
    message: 'memory_store resources are not there yet',
  });
  return z.NEVER;
});

/** One of `resources` of a new session. */
export const resourceParam = z.discriminatedUnion('type', [
  fileResourceParam,
  repositoryResourceParam,
  directoryResourceParam,
  memoryStoreParam,
]);

export const resourcesField = z
  .array(resourceParam)
  .max(MAX_RESOURCES)
  .superRefine((resources, context) => {
    const [, second] = [...resources.entries()].filter(([, { type }]) => type === 'local_directory');
    if (!second) return;
    context.addIssue({ code: 'custom', path: [second[0]], message: 'A session works in one directory' });
  });

export function toResourceRequest(param: z.output<typeof resourceParam>): ResourceRequest {
  if (param.type === 'local_directory') return param;
  const mountPath = param.mount_path ?? undefined;
  if (param.type === 'file') {
    return { type: 'file', fileId: requireId('file', param.file_id), shownId: param.file_id, mountPath };
  }
  return {
    type: 'github_repository',
    url: param.url,
    token: param.authorization_token,
    checkout: param.checkout ?? null,
    mountPath,
  };
}

const times = { created_at: z.string(), updated_at: z.string() };

export const fileResource = z
  .object({
    id: z.string(),
    type: z.literal('file'),
    file_id: z.string(),
    mount_path: z.string(),
    ...times,
  })
  .meta({ id: 'FileResource' });

const repositoryResource = z
  .object({
    id: z.string(),
    type: z.literal('github_repository'),
    url: z.string(),
    mount_path: z.string(),
    checkout: checkout.nullable(),
    ...times,
  })
  .meta({ id: 'RepositoryResource' });

const directoryResource = z
  .object({ id: z.string(), type: z.literal('local_directory'), path: z.string(), ...times })
  .meta({ id: 'DirectoryResource' });

/** What a session was given, as it is shown. */
export const sessionResource = z.discriminatedUnion('type', [
  fileResource,
  repositoryResource,
  directoryResource,
]);

export function projectResource(resource: ResourceRecord): z.output<typeof sessionResource> {
  const { body } = resource;
  const common = {
    id: publicId('sesrsc', resource.id),
    created_at: formatTime(resource.createdAt),
    updated_at: formatTime(resource.updatedAt),
  };
  switch (body.type) {
    case 'file':
      return {
        ...common,
        type: 'file',
        file_id: publicId('file', body.fileId),
        mount_path: body.mountPath,
      };
    case 'github_repository':
      return {
        ...common,
        type: 'github_repository',
        url: body.url,
        checkout: body.checkout,
        mount_path: body.mountPath,
      };
    case 'local_directory':
      return { ...common, type: 'local_directory', path: body.path };
  }
}

/** As git has it, as far as it matters here: no option, no range, no other kind of reference. */
function isBranchName(name: string): boolean {
  // oxlint-disable-next-line no-control-regex
  return !/^[-/]|[\u0000-\u0020\u007f~^:?*[\\]|\.\.|@\{|\/\/|\.lock$|[/.]$/.test(name);
}

/** Over the network only encrypted, since there may be a token with it. */
function isRepositoryUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  const isSafe = url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.test(url.hostname));
  const isPlain = url.username === '' && url.password === '' && !/[?#\s]/.test(text);
  return isSafe && isPlain && url.pathname.replaceAll('/', '') !== '';
}

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;
