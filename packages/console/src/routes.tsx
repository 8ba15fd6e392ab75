import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { preloadSession } from './live/session.ts';
import { readAgentSearch } from './pages/agents/agent-search.ts';
import { parseApprovalsSearch } from './pages/approvals/approvals-search.ts';
import { parseFilesSearch } from './pages/files/files-search.ts';
import { parseFleetSearch } from './pages/fleet/fleet-search.ts';
import { parseSpanSearch } from './pages/usage/span.ts';
import { loadMarkdown } from './text/markdown.tsx';
import { NotFound } from './shell/not-found.tsx';
import { Shell } from './shell/shell.tsx';
import { ErrorState, Skeleton } from './ui/states.tsx';

// Every page is a chunk of its own, fetched when somebody goes there or is about to.
const root = createRootRoute({ component: Shell, notFoundComponent: NotFound });

const fleet = createRoute({
  getParentRoute: () => root,
  path: '/',
  validateSearch: parseFleetSearch,
  component: lazyRouteComponent(() => import('./pages/fleet/fleet-page.tsx'), 'FleetPage'),
});
const start = createRoute({
  getParentRoute: () => root,
  path: '/start',
  validateSearch: ({ agent, way }: Record<string, unknown>): { agent?: string; way?: 'quick' | 'agent' } => ({
    ...(typeof agent === 'string' && { agent }),
    ...((way === 'quick' || way === 'agent') && { way }),
  }),
  component: lazyRouteComponent(() => import('./pages/start/start-page.tsx'), 'StartPage'),
});
const session = createRoute({
  getParentRoute: () => root,
  path: '/sessions/$sessionId',
  loader: ({ params }) => preloadSession(params.sessionId),
  component: lazyRouteComponent(async () => {
    const [, { SessionPage }] = await Promise.all([
      loadMarkdown(),
      import('./pages/session/session-page.tsx'),
    ]);
    return { SessionPage };
  }, 'SessionPage'),
});
const approvals = createRoute({
  getParentRoute: () => root,
  path: '/approvals',
  validateSearch: parseApprovalsSearch,
  component: lazyRouteComponent(() => import('./pages/approvals/approvals-page.tsx'), 'ApprovalsPage'),
});
const agents = createRoute({
  getParentRoute: () => root,
  path: '/agents',
  component: lazyRouteComponent(() => import('./pages/agents/agents-page.tsx'), 'AgentsPage'),
});
const newAgent = createRoute({
  getParentRoute: () => root,
  path: '/agents/new',
  component: lazyRouteComponent(() => import('./pages/agents/new-agent-page.tsx'), 'NewAgentPage'),
});
const agent = createRoute({
  getParentRoute: () => root,
  path: '/agents/$agentId',
  validateSearch: readAgentSearch,
  component: lazyRouteComponent(() => import('./pages/agents/agent-page.tsx'), 'AgentPage'),
});
const environments = createRoute({
  getParentRoute: () => root,
  path: '/environments',
  component: lazyRouteComponent(
    () => import('./pages/environments/environments-page.tsx'),
    'EnvironmentsPage',
  ),
});
const files = createRoute({
  getParentRoute: () => root,
  path: '/files',
  validateSearch: parseFilesSearch,
  component: lazyRouteComponent(() => import('./pages/files/files-page.tsx'), 'FilesPage'),
});
const usage = createRoute({
  getParentRoute: () => root,
  path: '/usage',
  validateSearch: parseSpanSearch,
  component: lazyRouteComponent(() => import('./pages/usage/usage-page.tsx'), 'UsagePage'),
});
const server = createRoute({
  getParentRoute: () => root,
  path: '/server',
  component: lazyRouteComponent(() => import('./pages/server/server-page.tsx'), 'ServerPage'),
});

export const router = createRouter({
  routeTree: root.addChildren([
    fleet,
    start,
    session,
    approvals,
    agents,
    newAgent,
    agent,
    environments,
    files,
    usage,
    server,
  ]),
  basepath: '/console',
  defaultPreload: 'intent',
  scrollRestoration: true,
  defaultPendingComponent: () => <Skeleton className="p-6" rows={6} />,
  defaultErrorComponent: ({ error, reset }) => <ErrorState error={error} onRetry={reset} isPage />,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
