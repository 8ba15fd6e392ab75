import type { ContentBlock } from '../domain/content.ts';
import type { SessionErrorEvent } from '../domain/managed-events.ts';
import { dropUnused } from './bytes.ts';
import { CLONE_LIMITS } from './clone.ts';
import { fillContent } from './content.ts';
import type { FilesContext } from './context.ts';
import type { Git } from './git.ts';
import { give, type Given, type GiveRequest } from './give.ts';
import { collectOutputs, COLLECT_LIMITS } from './outputs.ts';

export interface SessionFilesContext extends Omit<FilesContext, 'home'> {
  git: Git;
  /** Whether the disk has no room for more. */
  isFull(): boolean;
}

/** What the sessions of this node can do with files, for those who work on them. */
export interface SessionFiles {
  /** See give.ts. */
  give(request: Omit<GiveRequest, 'directories'>): Promise<Given>;
  /** See outputs.ts. */
  collect(request: CollectFor): Promise<SessionErrorEvent[] | undefined>;
  /** See content.ts. */
  fill(tenantId: string, content: readonly ContentBlock[]): Promise<ContentBlock[]>;
  /** Removes bytes that no file has any more. */
  dropUnused(digests: readonly string[]): Promise<void>;
}

interface CollectFor {
  tenantId: string;
  sessionId: string;
  epoch: number;
  signal: AbortSignal;
}

export function createSessionFiles(context: SessionFilesContext): SessionFiles {
  return {
    give: (request) =>
      give(
        { ...context, limits: CLONE_LIMITS },
        { ...request, directories: context.directoriesOf(request.sessionId) },
      ),
    collect: (request) =>
      collectOutputs(
        { ...context, limits: COLLECT_LIMITS },
        { ...request, directory: context.directoriesOf(request.sessionId).outputs },
      ),
    fill: (tenantId, content) => fillContent(context, tenantId, content),
    dropUnused: (digests) => dropUnused(context, digests),
  };
}
