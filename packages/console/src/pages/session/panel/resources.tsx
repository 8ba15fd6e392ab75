import { File, FolderOpen, GitBranch } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Session } from '../../../live/session-items.ts';
import { Section } from './section.tsx';

const ICONS = { file: File, github_repository: GitBranch, local_directory: FolderOpen } as const;

/** What the session was given. */
export function Resources({ resources }: { resources: Session['resources'] }): ReactNode {
  const { t } = useTranslation();
  const shown = resources.flatMap((resource) => {
    const { type } = resource as { type: string };
    return isKnown(type) ? [{ type, text: textOf(resource), id: 'id' in resource ? resource.id : type }] : [];
  });
  if (shown.length === 0) return null;
  return (
    <Section name="resources" title={t('session.panel.resources.title')} note={shown.length}>
      <ul className="flex flex-col gap-1 text-xs">
        {shown.map(({ id, type, text }) => {
          const Icon = ICONS[type];
          return (
            <li key={id} className="flex items-start gap-2">
              <Icon className="mt-0.5 size-3.5 shrink-0 text-muted" aria-hidden />
              <span className="sr-only">{t(`session.panel.resources.${type}`)}</span>
              <span className="min-w-0 font-mono break-all">{text}</span>
            </li>
          );
        })}
      </ul>
    </Section>
  );
}

function isKnown(type: string): type is keyof typeof ICONS {
  return type in ICONS;
}

/** Where it is, and where it came from. */
function textOf(resource: object): string {
  const { url, path, mount_path: mount }: { url?: unknown; path?: unknown; mount_path?: unknown } = resource;
  return [url, path, mount].filter((part) => typeof part === 'string').join(' → ');
}
